#!/bin/sh
# Starts Debian's Docker engine, with Compose and BuildKit, for a Debian machine that has none: engine.sh FOLDER. Needs
# root. All of it stays in the folder, besides runc and iptables. The engine listens only on FOLDER/docker.sock; end it
# with `kill $(cat FOLDER/docker.pid)`.
set -eu
folder=$1
repository=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -1)
mkdir -p "$folder/parts" "$folder/lists/partial" "$folder/cache/archives/partial" "$folder/root" "$folder/cli-plugins"

# The machine's own release may be too old for Compose 2.
cat > "$folder/parts/trixie.sources" <<SOURCES
Types: deb
URIs: $repository
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
apt_trixie() {
  apt-get -q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$folder/parts" \
    -o Dir::State::lists="$folder/lists" -o Dir::Cache="$folder/cache" -o APT::Sandbox::User=root "$@"
}
if [ ! -x "$folder/root/usr/sbin/dockerd" ]; then
  apt-get update -q && apt-get install -yq --no-install-recommends runc iptables
  apt_trixie update
  (cd "$folder/cache" && apt_trixie download docker.io docker-cli docker-compose docker-buildx containerd tini)
  for package in "$folder"/cache/*.deb; do dpkg -x "$package" "$folder/root"; done
  cp "$folder"/root/usr/libexec/docker/cli-plugins/* "$folder/cli-plugins/"
fi

PATH=$folder/root/usr/sbin:$folder/root/usr/bin:$PATH
setsid dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/docker.pid" \
  --host "unix://$folder/docker.sock" > "$folder/dockerd.log" 2>&1 < /dev/null &
for _ in $(seq 60); do
  if docker --host "unix://$folder/docker.sock" info > /dev/null 2>&1; then exit 0; fi
  sleep 1
done
tail -5 "$folder/dockerd.log" >&2
exit 1
