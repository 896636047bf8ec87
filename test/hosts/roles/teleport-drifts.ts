/** What somebody does by hand, where, and what has something to do then. First what stands in files and in the cluster. */
export const WRITTEN: readonly (readonly [host: string, task: string, script: string])[] = [
  [
    'bastion',
    'teleport settings',
    'sed -i \'s/session_recording: .*/session_recording: "off"/\' /opt/teleport/config/teleport.yaml',
  ],
  ['bastion', 'directory /opt/teleport/data', 'chmod 755 /opt/teleport/data'],
  [
    'bastion',
    'cluster role restricted-dev',
    `docker exec teleport tctl -c /etc/teleport/teleport.yaml get roles/restricted-dev --format=json |
python3 -c 'import json, sys
role = json.load(sys.stdin)[0]
role["spec"]["allow"]["rules"] = [{"resources": ["event"], "verbs": ["list", "read"]}]
json.dump(role, sys.stdout)' | docker exec -i teleport tctl -c /etc/teleport/teleport.yaml create -f`,
  ],
  [
    'bastion',
    'cluster user dev',
    'docker exec teleport tctl -c /etc/teleport/teleport.yaml users update dev --set-roles=restricted-dev,access',
  ],
  ['dgx01', 'agent package', 'apt-mark unhold teleport'],
  ['dgx01', 'agent environment', "sed -i '/PROXY/d' /etc/default/teleport"],
  ['dgx02', 'agent settings', "sed -i 's/port_forwarding: false/port_forwarding: true/' /etc/teleport.yaml"],
]

/** Then what runs. */
export const RUNNING: typeof WRITTEN = [
  [
    'bastion',
    'container',
    `cd /opt/teleport
sed -i "s|    ports:|&\\n      - '0.0.0.0:3025:3025'\\n      - '0.0.0.0:3081:3080'|" docker-compose.yml
docker compose up -d >/dev/null 2>&1`,
  ],
  ['dgx01', 'joined', 'systemctl stop teleport'],
  ['dgx02', 'service teleport', 'systemctl disable -q teleport'],
]

/** What is others', on a bastion whose cluster is up. */
export const FOREIGN = `
tctl() { docker exec -i teleport tctl -c /etc/teleport/teleport.yaml "$@"; }
echo '{"kind":"role","version":"v7","metadata":{"name":"theirs"},"spec":{"allow":{"logins":["me"]}}}' | tctl create
tctl users add eve --roles=editor >/dev/null
docker run -d --name theirs --network none busybox sleep 100000 >/dev/null`

/** Prints what of it is there, with what the cluster has of its own. */
export const LEFT = `
tctl() { docker exec -i teleport tctl -c /etc/teleport/teleport.yaml "$@"; }
for it in roles/theirs users/eve roles/auditor roles/access; do tctl get $it --format=json; done
docker inspect --format '{{.State.StartedAt}}' theirs`
