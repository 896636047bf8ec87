import { play, playbook, Secret, z } from 'rampart'
import {
  composeProject,
  directory,
  dockerContainer,
  dockerImage,
  dockerNetwork,
  dockerVolume,
  gitCheckout,
} from 'rampart/resources'

const state = z.enum(['up', 'stopped', 'down']).default('up')

/** A compose project of four services, and one of each kind that Docker has. What a test changes are variables. */
export default playbook(
  play('software', { hosts: 'bastion' }, host => [
    gitCheckout({ repo: '/srv/app.git', dest: '/opt/source', depth: 1 }),
    dockerImage({ name: 'bb:1', load: '/root/bb.tar' }),
    dockerNetwork({ name: 'side', options: { 'com.docker.network.bridge.name': 'br-side' } }),
    dockerVolume({ name: 'side' }),
    dockerContainer({
      name: 'side',
      image: 'bb:1',
      command: ['sleep', '1000'],
      networks: ['side'],
      volumes: ['side:/side'],
      stopTimeout: 0,
    }),
    directory({ path: '/opt/app' }),
    composeProject({
      project: 'app',
      directory: '/opt/app',
      content: `services:
  first:
    image: bb:1
    command: [sh, -c, "echo done"]
  web:
    image: bb:1
    command: [sh, -c, "rm -f /tmp/ill; echo I am $$0; exec sleep 1000", "${host.vars.string('web', 'web')}"]
    stop_grace_period: 0s
    environment: { GREETING: "\${GREETING:?}", PRICE: "5$$" }
    healthcheck: { test: [CMD, test, "!", -e, "/tmp/${host.vars.string('ill', 'ill')}"], interval: 1s, retries: 1 }
    depends_on: { first: { condition: service_completed_successfully } }
  db:
    image: bb:1
    command: [sleep, "1000"]
    stop_grace_period: 0s
    env_file: [db.env]
    volumes: [data:/data]
    deploy: { replicas: 2 }
volumes: { data: {} }
`,
      env: { GREETING: new Secret(host.vars.string('greeting', `it's "hard" $HOME \\ #x\n two`)) },
      timeout: 30,
      pull: 'never',
      state: host.vars.read('state', state),
      ...(host.vars.read('state', state) === 'down' ? { volumes: true } : {}),
    }),
  ]),
)
