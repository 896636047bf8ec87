# Packages for dpkg, made of a folder. Sourced.

# deb NAME VERSION DEPENDS FOLDER INTO [FIELD…]  Makes a package of what is in FOLDER; each FIELD is a line of its control file.
deb() {
  local name=$1 version=$2 depends=$3 folder=$4 into=$5 field
  shift 5
  mkdir -p "$folder/DEBIAN" "$into"
  {
    echo "Package: $name"
    echo "Version: $version"
    echo "Architecture: $(dpkg --print-architecture)"
    echo 'Maintainer: The lab <lab@lab.test>'
    [ -z "$depends" ] || echo "Depends: $depends"
    for field; do echo "$field"; done
    echo "Description: $name, packed for the lab"
  } >"$folder/DEBIAN/control"
  (cd "$folder" && find etc -type f 2>/dev/null | sed 's|^|/|' | sort) >"$folder/DEBIAN/conffiles"
  dpkg-deb -Zgzip -z1 --root-owner-group -b "$folder" "$into" >/dev/null
}

# starts FOLDER UNIT…  The package enables and starts these units, as the vendors' packages do.
starts() {
  local folder=$1
  shift
  mkdir -p "$folder/DEBIAN"
  cat >"$folder/DEBIAN/postinst" <<end
#!/bin/sh
set -e
if [ "\$1" = configure ] && [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  for unit in $*; do
    [ -n "\$2" ] || systemctl -q enable "\$unit"
    systemctl restart "\$unit" || true
  done
fi
end
  cat >"$folder/DEBIAN/prerm" <<end
#!/bin/sh
set -e
if [ "\$1" = remove ] && [ -d /run/systemd/system ]; then systemctl -q disable --now $* || true; fi
end
  chmod 755 "$folder/DEBIAN/postinst" "$folder/DEBIAN/prerm"
}

# debian PACKAGE  Fetches Debian's package and says its upstream version.
debian() {
  (cd /tmp/debian && apt-get download -qq "$1" >/dev/null)
  dpkg-deb -f "/tmp/debian/$1"_*.deb Version | sed 's/^[0-9]*://; s/[-+~].*//'
}

# needs PACKAGE  What Debian's package depends on, without the packages that stand for themselves here.
needs() {
  dpkg-deb -f "/tmp/debian/$1"_*.deb Depends | tr ',' '\n' | sed 's/^ *//' |
    grep -Ev '^(containerd|runc|docker-cli|libnginx-mod|nginx|lua-resty)' | paste -sd,
}
