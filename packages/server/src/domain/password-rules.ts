/** Long enough to resist guessing, short enough that hashing it is no attack on us. */
export const PASSWORD_LENGTH_MIN = 12;
export const PASSWORD_LENGTH_MAX = 200;

/** Of the lists that attackers try first, those that are long enough to pass otherwise (letters in lower case). */
const COMMON = new Set([
  "123456789012",
  "1234567890123",
  "abcdefghijkl",
  "adminadmin12",
  "administrator",
  "changeme1234",
  "iloveyou1234",
  "letmein12345",
  "password1234",
  "passw0rd1234",
  "passwordpassword",
  "qwertyuiop12",
  "qwertyuiop123",
  "qwertyuiopasdf",
  "welcome12345",
]);

/** What is wrong with a new password, or undefined. */
export function judgePassword(
  password: string,
  email: string,
): "password_too_short" | "password_too_long" | "password_too_common" | undefined {
  const length = [...password].length;
  if (length < PASSWORD_LENGTH_MIN) return "password_too_short";
  if (length > PASSWORD_LENGTH_MAX) return "password_too_long";
  const text = password.toLowerCase();
  const isOneLetter = new Set(text).size <= 2;
  return COMMON.has(text) || isOneLetter || text === email ? "password_too_common" : undefined;
}

/** Delays after wrong passwords, in seconds: none for the first five, then 1, 2, 4 … 60. Nobody is locked out. */
export function signInDelaySeconds(failures: number): number {
  if (failures < SIGN_IN_FAILURES_FREE) return 0;
  return Math.min(2 ** Math.min(failures - SIGN_IN_FAILURES_FREE, 10), SIGN_IN_DELAY_SECONDS_MAX);
}

const SIGN_IN_FAILURES_FREE = 5;
const SIGN_IN_DELAY_SECONDS_MAX = 60;
