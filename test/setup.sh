#!/usr/bin/env bash
# Brings a Debian or Ubuntu machine to where all tests can run: installs what is missing, and raises a lab once, so that
# the engine is started and the images are built before the tests compete for the processors. Takes root or sudo.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  busybox dash fish ksh tcsh zsh # the far ends of the framed shell
  openssh-client openssh-server sudo # real logins on this machine
  debootstrap docker.io # the lab
  procps git openssl # pgrep, ps; checkouts; certificates
  curl wget tar zip unzip locales # what resources use
  dnf dnf-plugins-core rpm createrepo-c gnupg tinyproxy # repositories, and hosts of the other family
  iptables nftables iproute2 # networks of their own, with rules
  ssh-audit # what others say of our hardening
)

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing ${missing[*]}"
  as_root apt-get -qq update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 install -y --no-install-recommends \
    "${missing[@]}" >/dev/null
fi

node dist/js/main.js lab up --name test-setup --install
node dist/js/main.js lab down --name test-setup
