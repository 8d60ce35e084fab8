# One image per service: docker build --target command-service .
# Build once; install for each service what it depends on in production, and copy what was built.

FROM node:24-bookworm-slim AS node
WORKDIR /tidemark

# What npm installs by, apart: a change of sources alone installs nothing anew.
FROM node AS manifests
COPY . /sources
RUN mkdir /manifests && cd /sources \
  && cp --parents package.json package-lock.json .npmrc apps/*/package.json libs/*/package.json tools/package.json /manifests

FROM node AS build
COPY --from=manifests /manifests ./
RUN npm ci
COPY . .
# Test code stays out of the images.
RUN npm run build && rm -rf libs/testing/dist \
  && mkdir /built && cp --parents --recursive apps/*/dist libs/*/dist /built

# npm installs the development dependencies of a workspace that another depends on, whatever it is told to omit: they are taken
# out of the manifests first. The versions that stay are those of the lock file.
FROM node AS production
COPY --from=manifests /manifests ./
RUN npm pkg delete devDependencies --workspaces --include-workspace-root \
  && npm install --package-lock-only --ignore-scripts

FROM production AS command-service-modules
RUN npm ci --omit=dev --ignore-scripts --workspace=command-service
FROM production AS query-service-modules
RUN npm ci --omit=dev --ignore-scripts --workspace=query-service
FROM production AS projection-service-modules
RUN npm ci --omit=dev --ignore-scripts --workspace=projection-service
FROM production AS process-manager-modules
RUN npm ci --omit=dev --ignore-scripts --workspace=process-manager

# Whatever runs writes nothing to its disk. Whether it is of use is for /health/ready to say; that it is alive, for this.
FROM node AS service
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps
USER 1000:1000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["node", "--eval", \
  "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

FROM service AS command-service
COPY --from=command-service-modules /tidemark ./
COPY --from=build /built/libs libs
COPY --from=build /built/apps/command-service apps/command-service
ENV PORT=3001
EXPOSE 3001
CMD ["node", "apps/command-service/dist/main.js"]

FROM service AS query-service
COPY --from=query-service-modules /tidemark ./
COPY --from=build /built/libs libs
COPY --from=build /built/apps/query-service apps/query-service
ENV PORT=3002
EXPOSE 3002
CMD ["node", "apps/query-service/dist/main.js"]

FROM service AS projection-service
COPY --from=projection-service-modules /tidemark ./
COPY --from=build /built/libs libs
COPY --from=build /built/apps/projection-service apps/projection-service
ENV PORT=3003
EXPOSE 3003
CMD ["node", "apps/projection-service/dist/main.js"]

FROM service AS process-manager
COPY --from=process-manager-modules /tidemark ./
COPY --from=build /built/libs libs
COPY --from=build /built/apps/process-manager apps/process-manager
ENV PORT=3004
EXPOSE 3004
CMD ["node", "apps/process-manager/dist/main.js"]
