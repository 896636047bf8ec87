import { complaint, docker } from '../../controller/docker.ts'
import type { Site } from '../container.ts'
import { containerOf } from '../container.ts'
import { LabError } from '../error.ts'
import { teleportName } from './names.ts'

/** On the bastion: what its owner would have from a public CA before the first playbook runs. */
export const certificateFiles = {
  chain: '/etc/ssl/lab/fullchain.pem',
  key: '/etc/ssl/lab/privkey.pem',
} as const

/** Who is given the certificate for the web. */
const onTheWeb = 'bastion'

/** On stdin: the CA. Its second line of words, if it says any, is that a certificate is wanted. */
const trustScript = `
ca=/usr/local/share/ca-certificates/rampart-lab.crt mark=/var/lib/lab/ca
new=$(cat)
sum=$(printf %s "$new" | sha256sum)
if [ "$(cat "$mark" 2>/dev/null)" != "$sum" ]; then
  printf '%s\\n' "$new" >"$ca"
  update-ca-certificates >/dev/null 2>&1
  mkdir -p "\${mark%/*}"; echo "$sum" >"$mark"
  echo changed
fi
if [ -n "$1" ] && ! openssl verify -CAfile "$ca" "$1" >/dev/null 2>&1; then echo certificate; fi
`

const certificateScript = `
umask 077
mkdir -p "\${1%/*}"
cat >"$2.new"
openssl pkey -in "$2.new" -out "$2"
sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' "$2.new" >"$1"
chmod 755 "\${1%/*}"; chmod 644 "$1"
rm "$2.new"
`

/** Lets a host trust the lab's CA, and the bastion have a certificate of it. Answers whether either was new. */
export async function trust(site: Site, host: string, ca: string): Promise<boolean> {
  const file = host === onTheWeb ? certificateFiles.chain : ''
  const said = await inside(site, host, ['sh', '-euc', trustScript, 'sh', file], ca)
  if (!said.includes('certificate')) return said.includes('changed')
  const issued = await certificate(site, [teleportName])
  await inside(
    site,
    host,
    ['sh', '-euc', certificateScript, 'sh', certificateFiles.chain, certificateFiles.key],
    issued,
  )
  return true
}

/** A new key and a certificate of the lab's CA for these names, with the CA's own after it, as PEM. */
export function certificate(site: Pick<Site, 'engine' | 'lab'>, names: readonly string[]): Promise<string> {
  return inside(site, 'world', ['/lab/certificate.sh', ...names])
}

/** Runs a program as root in a host. Answers what it printed, throws a LabError if it fails. */
export async function inside(
  { engine, lab }: Pick<Site, 'engine' | 'lab'>,
  host: string,
  words: readonly string[],
  input = '',
): Promise<string> {
  const args = ['exec', '--interactive', containerOf(lab, host), ...words]
  const { code, stdout, stderr } = await docker(engine, args, { input })
  if (code === 0) return stdout
  throw new LabError(`${host} cannot be set up: ${complaint(stderr)}`, {
    hint: 'Make the lab anew: rampart lab down, then rampart lab up.',
  })
}
