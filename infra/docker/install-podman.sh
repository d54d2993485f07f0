#!/bin/sh
# Installs what `make demo-containers` needs on Debian and Ubuntu: podman, and debootstrap for machines without an image registry. Run it as root.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends podman runc debootstrap netavark aardvark-dns catatonit uidmap iptables
podman --version
