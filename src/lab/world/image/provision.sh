#!/bin/sh
# Makes a world of its own for one lab: certificates and keys that no other lab has. Changes nothing that is so already.
# $1: the tailnet's auth key is on stdin. The other arguments: names that the world answers for.
# Says, a word and a value a line: `changed`, `fingerprint VENDOR HEX`, and at last the CA's certificate.
set -eu
umask 077
read -r key
tls=/etc/lab/tls
mkdir -p $tls
if [ "$(cat /etc/lab/tailscale-auth-key 2>/dev/null)" != "$key" ]; then
  echo "$key" >/etc/lab/tailscale-auth-key
  echo changed
  systemctl -q try-restart lab-control.service
fi
if [ ! -s $tls/ca.crt ]; then
  openssl ecparam -name prime256v1 -genkey -noout -out $tls/ca.key
  openssl req -x509 -new -key $tls/ca.key -out $tls/ca.new -days 3650 -subj '/CN=CA of a rampart lab' \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
  mv $tls/ca.new $tls/ca.crt
  echo changed
fi
if [ "$(cat $tls/names 2>/dev/null)" != "$*" ]; then
  rm -f $tls/names
  /lab/certificate.sh "$@" >$tls/world.pem
  openssl pkey -in $tls/world.pem -out $tls/world.key
  sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' $tls/world.pem >$tls/world.crt
  rm $tls/world.pem
  echo "$*" >$tls/names
  echo changed
  systemctl -q try-reload-or-restart nginx.service
fi
units=nginx.service
for program in control:lab-control derper:lab-relay; do
  [ ! -e "/usr/local/bin/${program%:*}" ] || units="$units ${program#*:}.service"
done
for unit in $units; do
  if ! systemctl -q is-enabled "$unit" || ! systemctl -q is-active "$unit"; then
    systemctl -q enable "$unit"
    systemctl start "$unit"
    echo changed
  fi
done
sed 's/^/fingerprint /' /srv/keys/fingerprints
cat $tls/ca.crt
