# Signed repositories as the vendors lay them out. Sourced.

# key NAME OWNER  A signing key of its own for each vendor, made once.
key() {
  [ ! -d "/srv/keys/$1" ] || return 0
  mkdir -p -m 700 "/srv/keys/$1"
  GNUPGHOME=/srv/keys/$1 gpg --batch --quiet --passphrase '' --quick-gen-key "$2" rsa3072 sign 0 2>/dev/null
}

# fingerprint NAME
fingerprint() {
  GNUPGHOME=/srv/keys/$1 gpg --batch --with-colons --fingerprint 2>/dev/null | awk -F: '/^fpr/{print $10; exit}'
}

# armored NAME FILE; binary NAME FILE
armored() { mkdir -p "$(dirname "$2")" && GNUPGHOME=/srv/keys/$1 gpg --batch --armor --export >"$2"; }
binary() { mkdir -p "$(dirname "$2")" && GNUPGHOME=/srv/keys/$1 gpg --batch --export >"$2"; }

# apt_repository KEY FOLDER COMPONENT SUITE…  Of the packages that are in FOLDER/pool.
apt_repository() {
  local key=$1 folder=$2 component=$3 arch suite release
  shift 3
  arch=$(dpkg --print-architecture)
  (
    cd "$folder"
    apt-ftparchive packages pool >/tmp/Packages
    for suite; do
      mkdir -p "dists/$suite/$component/binary-$arch"
      cp /tmp/Packages "dists/$suite/$component/binary-$arch/"
      gzip -kf "dists/$suite/$component/binary-$arch/Packages"
      release=APT::FTPArchive::Release
      apt-ftparchive -o "$release::Origin=$key" -o "$release::Suite=$suite" -o "$release::Codename=$suite" \
        -o "$release::Components=$component" -o "$release::Architectures=$arch" release "dists/$suite" >/tmp/Release
      mv /tmp/Release "dists/$suite/Release"
      GNUPGHOME=/srv/keys/$key gpg --batch --yes --clearsign -o "dists/$suite/InRelease" "dists/$suite/Release"
      GNUPGHOME=/srv/keys/$key gpg --batch --yes -abs -o "dists/$suite/Release.gpg" "dists/$suite/Release"
    done
  )
}

# rpm_package NAME VERSION FOLDER INTO  Makes a package for dnf of what is in FOLDER. It depends on nothing, not even on a
# shell, so that it can be installed beside the packages of a Debian.
rpm_package() {
  local top
  top=$(mktemp -d)
  {
    printf 'Name: %s\nVersion: %s\nRelease: 1\nSummary: %s, packed for the lab\nLicense: Various\nAutoReqProv: no\n' "$1" "$2" "$1"
    # A folder for dpkg has a DEBIAN in it, which goes into no package of dnf's.
    printf '%%description\nPacked for the lab.\n%%install\ncp -a "%s/." %%{buildroot}/\n%%files\n' "$3"
    (cd "$3" && find . -path ./DEBIAN -prune -o \( -type f -o -type l \) -print | sed 's|^\.|"|; s|$|"|')
    printf '%%post -p <lua>\nos.execute("systemctl daemon-reload >/dev/null 2>&1")\n'
  } >"$top/package.spec"
  rpmbuild --quiet -bb --nodeps --define "_topdir $top" --define '_build_id_links none' \
    --define '__os_install_post %{nil}' --define '_binary_payload w1.gzdio' --define 'debug_package %{nil}' \
    --define '_unpackaged_files_terminate_build 0' "$top/package.spec" >/dev/null
  mkdir -p "$4"
  mv "$top"/RPMS/*/*.rpm "$4/"
  rm -rf "$top"
}

# dnf_repository KEY FOLDER  Of the packages that are in FOLDER, which it signs.
dnf_repository() {
  GNUPGHOME=/srv/keys/$1 rpmsign --define "_gpg_name $(fingerprint "$1")" --addsign "$2"/*.rpm >/dev/null 2>&1
  createrepo_c --quiet "$2"
  GNUPGHOME=/srv/keys/$1 gpg --batch --yes -ab -o "$2/repodata/repomd.xml.asc" "$2/repodata/repomd.xml"
}
