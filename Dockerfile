# One image per service: docker build --target command-service .
# Install once, build once. Each image takes from that what its service needs in production.

# Node 24, as an image that never changes. docs/containers.md says how to raise it.
FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS node
WORKDIR /tidemark

# The manifests have a layer of their own, so that a change of sources alone does not reinstall packages.
FROM node AS manifests
COPY . /sources
RUN mkdir /manifests && cd /sources \
  && cp --parents package.json package-lock.json .npmrc apps/*/package.json libs/*/package.json libs/*/*/package.json tools/package.json /manifests

FROM node AS installed
COPY --from=manifests /manifests ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts

# npm keeps the development dependencies of a workspace that another depends on, even with --omit=dev. So they are
# removed from the manifests, and the test library with them. The versions stay those of the lock file.
# Then each image gets the packages that `npm ls` names for its workspace. Libraries of ours are links among them.
# Types, sources and source maps of packages would be half of the image.
FROM installed AS packages
RUN rm -r libs/test-servers && npm pkg delete devDependencies --workspaces --include-workspace-root \
  && npm install --ignore-scripts
RUN for workspace in apps/command-service apps/query-service apps/projection-service apps/process-manager libs/cli; do \
    npm ls --all --parseable --workspace=$workspace > /packages.txt \
    && image=/images/$(basename $workspace) && mkdir -p $image \
    && sed -n "s#^$PWD/##p" /packages.txt | xargs cp --parents --recursive --no-dereference --target-directory=$image \
    || exit 1; \
  done \
  && find /images -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' -o -name '*.md' \) -delete
# The names of those links, so that a build of the code need not copy the packages.
RUN mkdir /links && for image in $(ls /images); do \
    (cd /images/$image && find node_modules -maxdepth 2 -type l) > /links/$image || exit 1; \
  done

FROM installed AS build
COPY . .
# Nx builds again only what has changed.
RUN --mount=type=cache,target=/tidemark/.nx npm run build
# Copies the manifest and the built code of the service, and of each library that its image links.
COPY --from=packages /links /links
RUN for image in $(ls /links); do \
    mkdir -p /images/$image && for project in $(xargs realpath --relative-to=. < /links/$image); do \
      cp --parents --recursive $project/package.json $project/dist /images/$image || exit 1; \
    done || exit 1; \
  done

# Services write nothing to their disk. This check shows that the process is alive; /health/ready shows that it is
# usable.
FROM node AS service
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps
USER 1000:1000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["node", "--eval", \
  "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

# Packages and code are layers of their own: a new release of the code alone is a pull of a megabyte.
FROM service AS command-service
COPY --from=packages /images/command-service ./
COPY --from=build /images/command-service ./
ENV PORT=3001 ADMIN_PORT=4001
EXPOSE 3001 4001
CMD ["node", "apps/command-service/dist/main.js"]

FROM service AS query-service
COPY --from=packages /images/query-service ./
COPY --from=build /images/query-service ./
ENV PORT=3002 ADMIN_PORT=4002
EXPOSE 3002 4002
CMD ["node", "apps/query-service/dist/main.js"]

FROM service AS projection-service
COPY --from=packages /images/projection-service ./
COPY --from=build /images/projection-service ./
ENV PORT=3003 ADMIN_PORT=4003
EXPOSE 3003 4003
CMD ["node", "apps/projection-service/dist/main.js"]

FROM service AS process-manager
COPY --from=packages /images/process-manager ./
COPY --from=build /images/process-manager ./
ENV PORT=3004 ADMIN_PORT=4004
EXPOSE 3004 4004
CMD ["node", "apps/process-manager/dist/main.js"]

# For operators: `docker run … tidemark/ctl ctl status`, or as a container that waits for `exec`.
FROM node AS ctl
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps
COPY --from=packages /images/cli ./
COPY --from=build /images/cli ./
RUN ln --symbolic /tidemark/libs/cli/dist/main.js /usr/local/bin/ctl && chmod +x libs/cli/dist/main.js
USER 1000:1000
CMD ["ctl", "--help"]
