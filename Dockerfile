# One image per service: docker build --target command-service .
# Build once, then install each service's own production dependencies and copy what was built of its libs.

FROM node:24-slim AS manifests
WORKDIR /tidemark
COPY package.json package-lock.json .npmrc ./
COPY libs libs
COPY apps apps
COPY tools/package.json tools/
RUN find libs apps -type f ! -name package.json -delete

FROM manifests AS build
RUN npm ci
COPY . .
RUN npm run build

FROM build AS built
RUN find libs apps -mindepth 2 -maxdepth 2 ! -name dist ! -name package.json -exec rm -rf {} +

FROM node:24-slim AS service
ENV NODE_ENV=production
WORKDIR /tidemark
USER node

FROM manifests AS command-service-modules
RUN npm ci --omit=dev --ignore-scripts --workspace=command-service
FROM service AS command-service
COPY --from=command-service-modules /tidemark/node_modules node_modules
COPY --from=built /tidemark/libs libs
COPY --from=built /tidemark/apps/command-service apps/command-service
EXPOSE 3001
CMD ["node", "--enable-source-maps", "apps/command-service/dist/main.js"]

FROM manifests AS query-service-modules
RUN npm ci --omit=dev --ignore-scripts --workspace=query-service
FROM service AS query-service
COPY --from=query-service-modules /tidemark/node_modules node_modules
COPY --from=built /tidemark/libs libs
COPY --from=built /tidemark/apps/query-service apps/query-service
EXPOSE 3002
CMD ["node", "--enable-source-maps", "apps/query-service/dist/main.js"]

FROM manifests AS projection-service-modules
RUN npm ci --omit=dev --ignore-scripts --workspace=projection-service
FROM service AS projection-service
COPY --from=projection-service-modules /tidemark/node_modules node_modules
COPY --from=built /tidemark/libs libs
COPY --from=built /tidemark/apps/projection-service apps/projection-service
EXPOSE 3003
CMD ["node", "--enable-source-maps", "apps/projection-service/dist/main.js"]

FROM manifests AS process-manager-modules
RUN npm ci --omit=dev --ignore-scripts --workspace=process-manager
FROM service AS process-manager
COPY --from=process-manager-modules /tidemark/node_modules node_modules
COPY --from=built /tidemark/libs libs
COPY --from=built /tidemark/apps/process-manager apps/process-manager
EXPOSE 3004
CMD ["node", "--enable-source-maps", "apps/process-manager/dist/main.js"]
