# Posthorn on Debian slim. Node and PostgreSQL come from the lock file, as everywhere; npm is needed to build alone.
#
#   docker build -t posthorn .
#   docker run --init -p 127.0.0.1:4400:4400 -v posthorn:/var/lib/posthorn -e POSTHORN_PUBLIC_URL=https://… posthorn

FROM node:22.21.1-bookworm-slim AS build
WORKDIR /app
# Manifests first: sources change with every commit, dependencies do not.
COPY package.json package-lock.json .npmrc ./
COPY packages/sdk/package.json packages/sdk/
COPY packages/cli/package.json packages/cli/
COPY packages/server/package.json packages/server/
COPY packages/dashboard/package.json packages/dashboard/
RUN npm ci
COPY packages packages
RUN npm run build --if-present --workspace packages/dashboard \
 && npm prune --omit=dev \
 && rm -rf packages/dashboard/src

FROM debian:12.12-slim
RUN groupadd --system --gid 10001 posthorn \
 && useradd --system --uid 10001 --gid posthorn --home-dir /var/lib/posthorn --create-home posthorn
COPY --from=build /app /app
WORKDIR /var/lib/posthorn
# By number, so that orchestrators which refuse root can tell.
USER 10001:10001
ENV POSTHORN_HOST=0.0.0.0 \
    POSTHORN_DATA_DIR=/var/lib/posthorn/data
# The embedded database, its keys beside it; empty with POSTHORN_DATABASE_URL.
VOLUME /var/lib/posthorn
EXPOSE 4400
# Drains: see "First start" in docs/guides/operate.md.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["/app/node_modules/.bin/node", "-e", "fetch('http://127.0.0.1:' + (process.env.POSTHORN_PORT || 4400) + '/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/app/node_modules/.bin/node", "--conditions=source", "--disable-warning=ExperimentalWarning", "/app/packages/server/src/main.ts"]
CMD ["start"]
