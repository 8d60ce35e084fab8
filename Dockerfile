# One image per service: docker build --target command-service .
# Build once. For each service, install its production dependencies and copy the build.

FROM node:24-bookworm-slim AS node
WORKDIR /tidemark

# The manifests have a layer of their own, so that a change of sources alone does not reinstall packages.
FROM node AS manifests
COPY . /sources
RUN mkdir /manifests && cd /sources \
  && cp --parents package.json package-lock.json .npmrc apps/*/package.json libs/*/package.json libs/*/*/package.json tools/package.json /manifests

FROM node AS build
COPY --from=manifests /manifests ./
RUN npm ci
COPY . .
# Test code stays out of the images.
RUN npm run build && rm -rf libs/testing/dist \
  && mkdir /built && cp --parents --recursive apps/*/dist libs/*/dist libs/*/*/dist tools/dist /built

# npm installs the development dependencies of a workspace that another depends on, even with --omit=dev. So they are
# removed from the manifests first. The remaining versions are those of the lock file.
FROM node AS production
COPY --from=manifests /manifests ./
RUN npm pkg delete devDependencies --workspaces --include-workspace-root \
  && npm install --package-lock-only --ignore-scripts

# npm links only the libs that a workspace needs. An image gets the files behind these links, and no other library code.
FROM production AS command-service-files
RUN npm ci --omit=dev --ignore-scripts --workspace=command-service
COPY --from=build /built ./
RUN mkdir /files && cp --parents --recursive --dereference node_modules apps/command-service /files
FROM production AS query-service-files
RUN npm ci --omit=dev --ignore-scripts --workspace=query-service
COPY --from=build /built ./
RUN mkdir /files && cp --parents --recursive --dereference node_modules apps/query-service /files
FROM production AS projection-service-files
RUN npm ci --omit=dev --ignore-scripts --workspace=projection-service
COPY --from=build /built ./
RUN mkdir /files && cp --parents --recursive --dereference node_modules apps/projection-service /files
FROM production AS process-manager-files
RUN npm ci --omit=dev --ignore-scripts --workspace=process-manager
COPY --from=build /built ./
RUN mkdir /files && cp --parents --recursive --dereference node_modules apps/process-manager /files
FROM production AS ctl-files
RUN npm ci --omit=dev --ignore-scripts --workspace=@tidemark/tools
COPY --from=build /built ./
RUN mkdir /files && cp --parents --recursive --dereference node_modules tools /files

# Services write nothing to their disk. This check shows that the process is alive; /health/ready shows that it is
# usable.
FROM node AS service
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps
USER 1000:1000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["node", "--eval", \
  "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

FROM service AS command-service
COPY --from=command-service-files /files ./
ENV PORT=3001 ADMIN_PORT=4001
EXPOSE 3001 4001
CMD ["node", "apps/command-service/dist/main.js"]

FROM service AS query-service
COPY --from=query-service-files /files ./
ENV PORT=3002 ADMIN_PORT=4002
EXPOSE 3002 4002
CMD ["node", "apps/query-service/dist/main.js"]

FROM service AS projection-service
COPY --from=projection-service-files /files ./
ENV PORT=3003 ADMIN_PORT=4003
EXPOSE 3003 4003
CMD ["node", "apps/projection-service/dist/main.js"]

FROM service AS process-manager
COPY --from=process-manager-files /files ./
ENV PORT=3004 ADMIN_PORT=4004
EXPOSE 3004 4004
CMD ["node", "apps/process-manager/dist/main.js"]

# For operators: `docker run … tidemark/ctl ctl status`, or as a pod that waits for `kubectl exec`.
FROM node AS ctl
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps
COPY --from=ctl-files /files ./
RUN ln --symbolic /tidemark/tools/dist/ctl.js /usr/local/bin/ctl && chmod +x tools/dist/ctl.js
USER 1000:1000
CMD ["ctl", "--help"]
