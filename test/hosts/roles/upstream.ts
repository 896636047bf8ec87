/**
 * A stand-in for Teleport's web port, which only tells what it is asked: it answers with the request's headers, and an
 * upgrade with 101. To be run on the bastion.
 */
export const startUpstream = `
mkdir -p /opt/upstream && cd /opt/upstream
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=upstream 2>/dev/null
cat >upstream.py <<'end'
import json, ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        if self.headers.get('Upgrade') and self.headers.get('Connection', '').lower() == 'upgrade':
            self.send_response(101)
            self.send_header('Connection', 'Upgrade')
            self.send_header('Upgrade', self.headers['Upgrade'])
            self.send_header('X-Teleport-Upgrade', self.headers['Upgrade'])
            self.end_headers()
            self.wfile.flush()
            self.connection.recv(1)
            self.close_connection = True
            return
        told = json.dumps(self.headers.items()).encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(told)))
        self.end_headers()
        self.wfile.write(told)

server = ThreadingHTTPServer(('127.0.0.1', 3080), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain('cert.pem', 'key.pem')
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
end
systemd-run -q --unit=upstream --working-directory=/opt/upstream python3 upstream.py
left=100; until ss -Hltn | grep -q 127.0.0.1:3080; do [ $left -gt 0 ] || exit 1; sleep 0.1; left=$((left - 1)); done`

/** Asks the cluster's name to upgrade the connection; prints the answer's head. curl waits for more until it is told not to. */
export const upgrade = (protocol: string, options = ''): string =>
  `curl -sS ${options} --no-alpn --http1.1 --max-time 3 -o /dev/null -D - https://teleport.lab.test/webapi/connectionupgrade \
-H 'Connection: Upgrade' -H 'Upgrade: ${protocol}' 2>/dev/null; true`
