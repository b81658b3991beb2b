/**
 * The scripts of an inbox in Redis: each runs as a whole, with nothing of anybody else between its commands. The only key
 * is the prefix; it has braces, so that in a cluster all that a script makes of it is on one node.
 *
 * event:<id> and letter:<id> are hashes, order:<key> too; due, dead, done and all are sorted sets of ids by time.
 * ARGV[1] is the time in milliseconds, or empty for that of the server, which is the same for every process.
 */
const PRELUDE = `
local P = KEYS[1]
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local function text(number) return string.format('%.0f', number) end
local function event(id) return P .. ':event:' .. id end
local function letter(id) return P .. ':letter:' .. id end
local function get(id, ...) return redis.call('HMGET', event(id), ...) end
local function lend(id, token, ms)
  redis.call('HSET', event(id), 'status', 'processing', 'token', token)
  redis.call('ZADD', P .. ':due', text(now + ms), id)
  local attempts = redis.call('HINCRBY', event(id), 'attempts', 1)
  local row = get(id, 'payload', 'receivedAt')
  return {id, row[1], row[2], text(attempts), text(redis.call('EXISTS', letter(id)))}
end
local function holds(id, token)
  local row = get(id, 'status', 'token')
  return row[1] == 'processing' and row[2] == token
end
local function close(id, status)
  redis.call('HSET', event(id), 'status', status)
  redis.call('HDEL', event(id), 'token')
  redis.call('ZREM', P .. ':due', id)
end
local function done(id)
  close(id, 'done')
  redis.call('HSET', event(id), 'processedAt', text(now))
  redis.call('HDEL', event(id), 'payload')
  redis.call('ZADD', P .. ':done', text(now), id)
  redis.call('DEL', letter(id))
  redis.call('ZREM', P .. ':dead', id)
end
local function entry(id)
  local row = get(id, 'eventType', 'receivedAt', 'status', 'processedAt', 'error', 'attempts')
  return {id, row[1], row[2], row[3], row[4] or '', row[5] or '', row[6]}
end
local function letterOf(id)
  local row = get(id, 'eventType', 'payload')
  local own = redis.call('HMGET', letter(id), 'error', 'failedAt', 'retryCount')
  return {id, row[1], row[2], own[1], own[2], own[3]}
end
`;

const BODIES = {
  // id, type, payload, token or '', lease ms
  put: `
local id = ARGV[2]
if redis.call('EXISTS', event(id)) == 1 then return 0 end
redis.call('HSET', event(id), 'eventType', ARGV[3], 'payload', ARGV[4], 'receivedAt', text(now),
  'status', 'received', 'attempts', '0')
redis.call('ZADD', P .. ':all', text(now), id)
redis.call('ZADD', P .. ':due', text(now), id)
if ARGV[5] ~= '' then lend(id, ARGV[5], tonumber(ARGV[6])) end
return 1`,
  // id, token, ms
  take: `
local id = ARGV[2]
local status = get(id, 'status')[1]
if not status or status == 'done' then return {} end
if status == 'processing' and tonumber(redis.call('ZSCORE', P .. ':due', id)) > now then return {} end
return {lend(id, ARGV[3], tonumber(ARGV[4]))}`,
  // limit, token, ms
  claimDue: `
local claims = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. ':due', '-inf', text(now), 'LIMIT', 0, ARGV[2])) do
  claims[#claims + 1] = lend(id, ARGV[3], tonumber(ARGV[4]))
end
return claims`,
  // limit, token, ms, older than ms, retry count below, ids that are not meant …
  claimDead: `
local claims = {}
local except = {}
for index = 7, #ARGV do except[ARGV[index]] = true end
local before = text(now - tonumber(ARGV[5]))
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. ':dead', '-inf', before)) do
  if #claims >= tonumber(ARGV[2]) then break end
  local count = tonumber(redis.call('HGET', letter(id), 'retryCount'))
  if get(id, 'status')[1] == 'dead' and count < tonumber(ARGV[6]) and not except[id] then
    claims[#claims + 1] = lend(id, ARGV[3], tonumber(ARGV[4]))
  end
end
return claims`,
  // id, token
  finish: `
if not holds(ARGV[2], ARGV[3]) then return 0 end
redis.call('HDEL', event(ARGV[2]), 'error')
done(ARGV[2])
return 1`,
  // id, token, delay ms, counts, error or ''
  postpone: `
local id = ARGV[2]
if not holds(id, ARGV[3]) then return 0 end
local counts = ARGV[5] == 'true'
close(id, counts and 'failed' or 'received')
redis.call('ZADD', P .. ':due', text(now + tonumber(ARGV[4])), id)
if not counts then redis.call('HINCRBY', event(id), 'attempts', -1) end
if ARGV[6] ~= '' then redis.call('HSET', event(id), 'error', ARGV[6]) end
return 1`,
  // id, token, error
  bury: `
local id = ARGV[2]
if not holds(id, ARGV[3]) then return {} end
local count = 0
if redis.call('EXISTS', letter(id)) == 1 then
  count = redis.call('HGET', letter(id), 'retryCount') + 1
end
close(id, 'dead')
redis.call('HSET', event(id), 'error', ARGV[4])
redis.call('HSET', letter(id), 'error', ARGV[4], 'failedAt', text(now), 'retryCount', text(count))
redis.call('ZADD', P .. ':dead', text(now), id)
return {letterOf(id)}`,
  // key, at, token, lease ms
  enter: `
local place = P .. ':order:' .. ARGV[2]
local row = redis.call('HMGET', place, 'at', 'holder', 'until')
if row[1] and tonumber(row[1]) > tonumber(ARGV[3]) then return 'stale' end
if row[2] and tonumber(row[3]) > now then return 'busy' end
redis.call('HSET', place, 'holder', ARGV[4], 'until', text(now + tonumber(ARGV[5])))
return 'entered'`,
  // key, at, token, was handled
  leave: `
local place = P .. ':order:' .. ARGV[2]
if redis.call('HGET', place, 'holder') ~= ARGV[4] then return 0 end
redis.call('HDEL', place, 'holder', 'until')
if ARGV[5] == 'true' then redis.call('HSET', place, 'at', ARGV[3]) end
redis.call('ZADD', P .. ':places', text(now), ARGV[2])
return 1`,
  // id
  find: `
if redis.call('EXISTS', event(ARGV[2])) == 0 then return {} end
return {entry(ARGV[2])}`,
  // status or '', limit
  list: `
local found = {}
local start = 0
local limit = tonumber(ARGV[3])
while #found < limit do
  local ids = redis.call('ZREVRANGE', P .. ':all', start, start + 99)
  if #ids == 0 then break end
  for _, id in ipairs(ids) do
    if #found < limit and (ARGV[2] == '' or get(id, 'status')[1] == ARGV[2]) then
      found[#found + 1] = entry(id)
    end
  end
  start = start + 100
end
return found`,
  // limit
  listDead: `
local found = {}
for _, id in ipairs(redis.call('ZRANGE', P .. ':dead', 0, ARGV[2] - 1)) do
  found[#found + 1] = letterOf(id)
end
return found`,
  // id
  removeDead: `
if get(ARGV[2], 'status')[1] ~= 'dead' then return 0 end
done(ARGV[2])
return 1`,
  // older than ms
  prune: `
local before = '(' .. text(now - tonumber(ARGV[2]))
local old = redis.call('ZRANGEBYSCORE', P .. ':done', '-inf', before, 'LIMIT', 0, 1000)
for _, id in ipairs(old) do
  redis.call('DEL', event(id))
  redis.call('ZREM', P .. ':done', id)
  redis.call('ZREM', P .. ':all', id)
end
for _, key in ipairs(redis.call('ZRANGEBYSCORE', P .. ':places', '-inf', before, 'LIMIT', 0, 1000)) do
  if redis.call('HEXISTS', P .. ':order:' .. key, 'holder') == 0 then
    redis.call('DEL', P .. ':order:' .. key)
  end
  redis.call('ZREM', P .. ':places', key)
end
return #old`,
} as const;

export type ScriptName = keyof typeof BODIES;

/** A script as it is given to EVAL. */
export function script(name: ScriptName): string {
  return PRELUDE + BODIES[name];
}
