#!/bin/sh
# Writes a new private key and a certificate of the lab's CA for these names, with the CA's own after it, as PEM.
set -eu
umask 077
tls=/etc/lab/tls
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
names=$(printf 'DNS:%s,' "$@")
openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$work/key"
openssl req -new -key "$work/key" -subj "/CN=$1" -out "$work/request"
printf 'subjectAltName=%s\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' \
  "${names%,}" >"$work/extensions"
openssl x509 -req -in "$work/request" -CA $tls/ca.crt -CAkey $tls/ca.key -days 800 -extfile "$work/extensions" \
  -out "$work/certificate" 2>/dev/null
cat "$work/key" "$work/certificate" $tls/ca.crt
