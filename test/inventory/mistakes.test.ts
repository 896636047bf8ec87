import { expect, test } from 'vitest'
import { casesIn } from './cases.ts'
import { mistakeOf } from './inventory-of.ts'

test.each(casesIn('host-mistakes.txt'))('a: { %s}', async (written, mistake) => {
  const text = `all:\n  hosts:\n    a: { ${written.trim()} }\n    bastion: {}\n`
  expect(await mistakeOf(text)).toBe(`inventory/hosts.yaml:3:${mistake}`)
})

test.each(casesIn('file-mistakes.txt'))('%s', async (written, mistake) => {
  expect(await mistakeOf(written)).toBe(`inventory/hosts.yaml:${mistake}`)
})

test.each(casesIn('ssh-arguments.txt'))('ssh %s', async (args, mistake) => {
  const text = `all:\n  hosts:\n    a: { ansible_ssh_common_args: '${args.trim()}' }\n`
  expect(await mistakeOf(text)).toBe(
    `inventory/hosts.yaml:3:35: ansible_ssh_common_args of a is not followed: ${mistake}`,
  )
})

const ini = (file: string) =>
  `inventory/${file}: this is an inventory in INI format, which is not read
  Ansible translates it: ansible-inventory -i inventory/${file} --list --yaml > hosts.yaml, which then takes its place.`

test.each([
  ['hosts', '[web]\na\n', ini('hosts')],
  ['hosts.yaml', 'mail.example.com\n\n[web]\nfoo ansible_port=2222\n', ini('hosts.yaml')],
  ['hosts.yml', 'web1 ansible_host=10.0.0.1\n', ini('hosts.yml')],
  ['prod.ini', 'a\n', ini('prod.ini')],
  [
    'hosts.yaml',
    '$ANSIBLE_VAULT;1.1;AES256\n3334\n',
    `inventory/hosts.yaml: the file is encrypted as a whole
  Decrypt it with \`ansible-vault decrypt\` and keep the secret values alone, as !vault, !env or !file.`,
  ],
  [
    'README.md',
    '# Hosts\n',
    `the folder inventory has no inventory in it
  Write inventory/hosts.yaml. For example:
    all:
      hosts:
        web01: { address: 203.0.113.10, user: root }`,
  ],
])('%s: %s', async (file, text, mistake) => {
  expect(await mistakeOf({ [file]: text })).toBe(mistake)
})

test('what is not UTF-8 is said to be so, not shown', async () => {
  const files = { 'hosts.yaml': Buffer.from([0x61, 0xff, 0xfe]) as unknown as string }
  expect(await mistakeOf(files)).toBe('inventory/hosts.yaml: the file is not a text in UTF-8')
})
