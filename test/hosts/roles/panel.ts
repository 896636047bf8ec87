/**
 * 1Panel's OpenResty as it installs it: its layout, its names and its settings, in a container with the host's network.
 * Its image is the lab's (nginx in that layout). To be run on the bastion, where the other web server gives way.
 */
export const startPanel = `
systemctl disable -q --now openresty
www=/opt/1panel/www
mkdir -p $www/conf.d $www/sites/teleport.lab.test/ssl $www/sites/shop
cp /etc/ssl/lab/fullchain.pem /etc/ssl/lab/privkey.pem $www/sites/teleport.lab.test/ssl/
cat >$www/conf.d/00.default.conf <<'end'
ssl_protocols TLSv1.1 TLSv1.2;
client_max_body_size 50m;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
gzip on;
end
cat >$www/conf.d/shop.conf <<'end'
server { listen 80; server_name shop.lab.test; location / { return 200 "the shop\\n"; } }
end
docker pull -q 1panel/openresty:1.27.1.2-5-1-focal >/dev/null &&
docker run -d --name 1Panel-openresty-x1Y2 --network host -v $www:/www \
  -v $www/conf.d:/usr/local/openresty/nginx/conf/conf.d/ 1panel/openresty:1.27.1.2-5-1-focal >/dev/null
left=100; until curl -sf -H 'Host: shop.lab.test' http://127.0.0.1/ >/dev/null; do [ $left -gt 0 ] || { docker logs 1Panel-openresty-x1Y2 >&2; exit 1; }; sleep 0.1; left=$((left - 1)); done`
