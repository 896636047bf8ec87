# Container images in a registry of files, as engines pull them (OCI distribution specification). Sourced.

# with_libraries FOLDER PROGRAM…  Copies programs of this system into FOLDER, with the libraries they are linked to.
with_libraries() {
  local folder=$1 program library
  shift
  for program; do
    mkdir -p "$folder$(dirname "$program")"
    cp "$program" "$folder$program"
    for library in $(ldd "$program" 2>/dev/null | grep -o '/[^ ]*'); do
      mkdir -p "$folder$(dirname "$library")"
      cp -Ln "$library" "$folder$library"
    done
  done
}

# image HOST REPOSITORY FOLDER CONFIG TAG…  Of what is in FOLDER. CONFIG is the `config` of the image, as JSON.
image() {
  local v2="/srv/www/$1/v2/$2" repository=$2 folder=$3 config=$4 diff manifest type name
  shift 4
  mkdir -p "$v2/blobs" "$v2/manifests"
  tar -C "$folder" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf /tmp/layer.tar .
  diff=$(digest /tmp/layer.tar)
  gzip -1nf /tmp/layer.tar
  printf '{"architecture":"%s","os":"linux","config":%s,"created":"2026-01-01T00:00:00Z","rootfs":{"type":"layers","diff_ids":["%s"]},"history":[{"created":"2026-01-01T00:00:00Z"}]}' \
    "$(dpkg --print-architecture)" "$config" "$diff" >/tmp/config.json
  type=application/vnd.docker
  printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' "$type.distribution.manifest.v2+json" \
    "$(blob /tmp/config.json "$type.container.image.v1+json")" \
    "$(blob /tmp/layer.tar.gz "$type.image.rootfs.diff.tar.gzip")" >/tmp/manifest.json
  manifest=$(digest /tmp/manifest.json)
  for name in "$manifest" "$@"; do
    cp /tmp/manifest.json "$v2/manifests/$name"
    cat >>/etc/nginx/lab/manifests.conf <<end
location = /v2/$repository/manifests/$name {
  default_type $type.distribution.manifest.v2+json;
  add_header Docker-Content-Digest $manifest;
  add_header Docker-Distribution-Api-Version registry/2.0;
}
end
  done
}

# blob FILE TYPE  Moves a file among the repository's blobs and says what a manifest says of it.
blob() {
  printf '{"mediaType":"%s","size":%s,"digest":"%s"}' "$2" "$(stat -c %s "$1")" "$(digest "$1")"
  mv "$1" "$v2/blobs/$(digest "$1")"
}

digest() { echo "sha256:$(sha256sum "$1" | cut -d' ' -f1)"; }
