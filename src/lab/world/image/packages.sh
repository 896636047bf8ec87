#!/bin/sh
# The host `world`, first half: what it runs itself, and Debian's programs under the names and in the layouts of Docker and
# OpenResty. Runs once, in a Debian 13 container that becomes an image.
set -eu
cd "$(dirname "$0")"
export DEBIAN_FRONTEND=noninteractive
for part in lib/*.sh; do . "./$part"; done

apt-get update -qq
apt-get install -y -qq --no-install-recommends nginx apt-utils createrepo-c dumb-init gnupg openssl rpm busybox-static \
  libnginx-mod-http-lua >/dev/null
install -d -o _apt /tmp/debian
mkdir -p /srv/www /srv/keys /etc/nginx/lab /tmp/unpacked
: >/etc/nginx/lab/manifests.conf

key tailscale 'Tailscale, in the lab <tailscale@lab.test>'
key docker 'Docker, in the lab <docker@lab.test>'
key teleport 'Teleport, in the lab <teleport@lab.test>'
key openresty 'OpenResty, in the lab <openresty@lab.test>'

# Docker: Debian's engine under the vendor's package names, versions and conflicts. Nothing of it depends on the packages
# that the vendor's instructions tell to remove.
docker=/srv/www/download.docker.com/linux/debian
vendor='1~debian.13~trixie'
unpacked=/tmp/unpacked
engine=$(debian docker.io)
dpkg-deb -x /tmp/debian/docker.io_*.deb $unpacked/docker-ce
rm -rf $unpacked/docker-ce/etc/init.d
starts $unpacked/docker-ce docker.socket docker.service
sed -i '2a getent group docker >/dev/null || groupadd --system docker' $unpacked/docker-ce/DEBIAN/postinst
deb docker-ce "5:$engine-$vendor" "$(needs docker.io), containerd.io" $unpacked/docker-ce $docker/pool \
  'Recommends: docker-ce-cli, docker-buildx-plugin, docker-compose-plugin, ca-certificates' \
  'Conflicts: docker.io, docker-engine' 'Replaces: docker.io, docker-engine'

version=$(debian docker-cli)
dpkg-deb -x /tmp/debian/docker-cli_*.deb $unpacked/docker-ce-cli
deb docker-ce-cli "5:$version-$vendor" "$(needs docker-cli)" $unpacked/docker-ce-cli $docker/pool \
  'Conflicts: docker.io, docker-cli' 'Replaces: docker.io, docker-cli'

version=$(debian containerd)
debian runc >/dev/null
dpkg-deb -x /tmp/debian/containerd_*.deb $unpacked/containerd.io
dpkg-deb -x /tmp/debian/runc_*.deb $unpacked/containerd.io
starts $unpacked/containerd.io containerd.service
deb containerd.io "$version-$vendor" "$(needs runc)" $unpacked/containerd.io $docker/pool \
  'Conflicts: containerd, runc' 'Replaces: containerd, runc' 'Provides: containerd, runc'

for plugin in compose buildx; do
  version=$(debian docker-$plugin)
  dpkg-deb -x /tmp/debian/docker-${plugin}_*.deb $unpacked/docker-$plugin
  # /usr/bin/docker-compose is Debian's alone.
  rm -rf $unpacked/docker-$plugin/usr/bin
  deb docker-$plugin-plugin "$version-$vendor" "$(needs docker-$plugin)" $unpacked/docker-$plugin $docker/pool \
    "Conflicts: docker-$plugin" "Replaces: docker-$plugin"
done
apt_repository docker $docker stable trixie
armored docker $docker/gpg

# OpenResty: Debian's nginx with its Lua module, moved to where OpenResty has it.
openresty=/srv/www/openresty.org/package/debian
version=$(debian nginx)
root=$unpacked/openresty
home=$root/usr/local/openresty
mkdir -p $home/bin $home/nginx/sbin $home/nginx/conf $home/nginx/modules $home/nginx/logs $home/nginx/html $home/lualib \
  $root/usr/bin $root/usr/lib/systemd/system $root/var/lib/nginx
cp /usr/sbin/nginx $home/nginx/sbin/nginx.bin
cp openresty/nginx $home/nginx/sbin/nginx
chmod 755 $home/nginx/sbin/nginx
ln -s ../nginx/sbin/nginx $home/bin/openresty
ln -s /usr/local/openresty/bin/openresty $root/usr/bin/openresty
cp /usr/lib/nginx/modules/ndk_http_module.so /usr/lib/nginx/modules/ngx_http_lua_module.so $home/nginx/modules/
cp -r /usr/share/lua/5.1/. $home/lualib/
cp /etc/nginx/mime.types /etc/nginx/fastcgi_params $home/nginx/conf/
cp openresty/nginx.conf $home/nginx/conf/
cp /usr/share/nginx/html/index.html $home/nginx/html/
cp openresty/openresty.service $root/usr/lib/systemd/system/
starts $root openresty.service
# Its configuration lies outside /etc, and dpkg must know it as such to leave an edited one alone.
deb openresty "$version-1~trixie1" "$(needs nginx), libluajit-5.1-2" $root $openresty/pool
apt_repository openresty $openresty openresty trixie
armored openresty /srv/www/openresty.org/package/pubkey.gpg

# What 1Panel runs OpenResty in: its layout, with nothing but nginx in it.
panel=/tmp/panel
with_libraries $panel /usr/sbin/nginx /usr/lib/nginx/modules/ngx_http_lua_module.so
cp -a $root/usr $panel/
rm -rf $panel/usr/sbin $panel/usr/lib/nginx $panel/usr/lib/systemd
mkdir -p $panel/bin $panel/etc $panel/tmp $panel/run $panel/var/lib/nginx $panel/var/log/nginx $panel/www \
  $panel/usr/local/openresty/nginx/conf/conf.d
cp /usr/bin/busybox $panel/bin/busybox
for applet in sh cat ls wget; do ln -s busybox $panel/bin/$applet; done
printf 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n' >$panel/etc/passwd
printf 'root:x:0:\nnogroup:x:65534:\n' >$panel/etc/group
sed -i 's|^    include .*mime.types;|&\n    include /usr/local/openresty/nginx/conf/conf.d/*.conf;|' \
  $panel/usr/local/openresty/nginx/conf/nginx.conf
image registry-1.docker.io 1panel/openresty $panel \
  '{"Env":["PATH=/usr/local/openresty/bin:/usr/local/openresty/nginx/sbin:/bin"],"Entrypoint":["/usr/local/openresty/bin/openresty"],"Cmd":["-g","daemon off;"],"StopSignal":"SIGQUIT"}' \
  1.27.1.2-5-1-focal latest

# The smallest image with a shell, and a web server for whoever wants to be attacked.
busybox=/tmp/busybox
mkdir -p $busybox/bin $busybox/tmp $busybox/etc $busybox/root
cp /usr/bin/busybox $busybox/bin/
for applet in $(busybox --list); do [ "$applet" = busybox ] || ln -s busybox "$busybox/bin/$applet"; done
printf 'root:x:0:0:root:/root:/bin/sh\n' >$busybox/etc/passwd
image registry-1.docker.io library/busybox $busybox '{"Env":["PATH=/bin"],"Cmd":["sh"]}' latest 1.37

cp nginx/world.conf /etc/nginx/sites-available/lab
ln -sf ../sites-available/lab /etc/nginx/sites-enabled/default
cp systemd/*.service /etc/systemd/system/
systemctl -q disable nginx.service
rm -rf /tmp/* /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
