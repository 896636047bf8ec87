import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { limitPattern } from '../../src/inventory/limit.ts'
import { showError } from '../../src/model/error.ts'
import { folderWith, inventoryOf } from './inventory-of.ts'

const TEXT = `all:
  hosts: { bastion: {}, "2001:db8::1": {}, мир: {} }
  children:
    web: { hosts: { "web[1:3]": {} } }
    dgx: { hosts: { "dgx[01:12]": {} }, children: { canary: { hosts: { dgx01: {}, dgx05: {} } } } }
    eu: { hosts: { web1: {}, web2: {}, dgx01: {} } }
    n: { hosts: { "n[1:2]": {} } }
`
const select = async (pattern: string) =>
  (await inventoryOf(TEXT))
    .select(pattern)
    .map(host => host.name)
    .join(' ')

const DGX = Array.from({ length: 12 }, (_, i) => `dgx${String(i + 1).padStart(2, '0')}`)
const ALL = ['bastion', '2001:db8::1', 'мир', 'web1', 'web2', 'web3', ...DGX, 'n1', 'n2'].join(' ')

test.each([
  ['all', ALL],
  ['*', ALL],
  ['web', 'web1 web2 web3'],
  ['web2', 'web2'],
  ['web3,web1', 'web1 web3'],
  ['web:bastion', 'bastion web1 web2 web3'],
  [' web , bastion ', 'bastion web1 web2 web3'],
  ['web,web1,web', 'web1 web2 web3'],
  ['web:&eu', 'web1 web2'],
  ['web:dgx:&eu:!canary', 'web1 web2'],
  ['!canary:&eu:web:dgx', 'web1 web2'],
  ['!dgx:!n', 'bastion 2001:db8::1 мир web1 web2 web3'],
  ['&eu', 'web1 web2 dgx01'],
  ['web:!web2,&eu', 'web1'],
  ['canary', 'dgx01 dgx05'],
  ['web*', 'web1 web2 web3'],
  ['*3', 'web3 dgx03'],
  ['w?b1', 'web1'],
  ['dgx0[1-2]', 'dgx01 dgx02'],
  ['dgx0[!1-8]', 'dgx09'],
  ['e*', 'web1 web2 dgx01'],
  ['nothing*', ''],
  ['~web[12]$', 'web1 web2'],
  ['~(web|dgx)0?1', 'web1 dgx01 dgx10 dgx11 dgx12'],
  ['~eb', ''],
  ['web:!~web[23]', 'web1'],
  [String.raw`~dgx\d{2,3}:&canary`, ''],
  [String.raw`~dgx\d{2,3},&canary`, 'dgx01 dgx05'],
  ['dgx[0]', 'dgx01'],
  ['dgx[-1]', 'dgx12'],
  ['dgx[1:3]', 'dgx02 dgx03 dgx04'],
  ['dgx[10:]', 'dgx11 dgx12'],
  ['dgx[:1]', 'dgx01 dgx02'],
  ['dgx[9:99]', 'dgx10 dgx11 dgx12'],
  ['dgx*[1]', 'dgx02'],
  ['dgx[01:03]', 'dgx01 dgx02 dgx03'],
  ['dgx[01:12:5]', 'dgx01 dgx06 dgx11'],
  ['dgx0[1:3]', 'dgx01 dgx02 dgx03'],
  ['web:!web[0]', 'web2 web3'],
  ['2001:db8::1', '2001:db8::1'],
  ['web1,2001:db8::1', '2001:db8::1 web1'],
  ['all:!2001:db8::1', 'UsageError'],
  ['!2001:db8::1,&all', ALL.replace('2001:db8::1 ', '')],
  ['мир', 'мир'],
  ['localhost', 'localhost'],
  ['localhost,web1', 'web1 localhost'],
  ['ungrouped', 'bastion 2001:db8::1 мир'],
])('%s', async (pattern, hosts) => {
  expect(await select(pattern).catch(error => (error as Error).name)).toBe(hosts)
})

test.each([
  ['wbe', 'there is no host and no group "wbe"\n  Did you mean "web"?'],
  ['web:!canry', 'there is no host and no group "canry" (in "web:!canry")\n  Did you mean "canary"?'],
  [
    'zebras',
    'there is no host and no group "zebras"\n  The groups are: all, web, dgx, canary, eu, n, ungrouped.',
  ],
  ['', 'a pattern without a name selects nothing\n  `all` is every host.'],
  [' , : ', 'a pattern without a name selects nothing\n  `all` is every host.'],
  [
    'web[7]',
    '"web[7]" selects nothing: there are 3 of them, counted from 0\n  Write [n], [first:last] or [first:].',
  ],
  [
    'web[5:9]',
    '"web[5:9]" selects nothing: there are 3 of them, counted from 0\n  Write [n], [first:last] or [first:].',
  ],
  [
    'nope[0]',
    'there is no host and no group "nope" (in "nope[0]")\n  The groups are: all, web, dgx, canary, eu, n, ungrouped.',
  ],
  [
    '~web(',
    '"~web(" is no pattern: Invalid regular expression: /^(?:web()/su: Unterminated group\n  After "~" it is a regular expression as JavaScript has it, else a glob: *, ?, [abc], [!abc].',
  ],
  [
    'web[z-a]',
    '"web[z-a]" is no pattern: Invalid regular expression: /^(?:web[z-a])$/su: Range out of order in character class\n  After "~" it is a regular expression as JavaScript has it, else a glob: *, ?, [abc], [!abc].',
  ],
])('"%s" is refused', async (pattern, mistake) => {
  expect(await select(pattern).catch(showError)).toBe(mistake)
})

test('--limit takes patterns and files of patterns', async () => {
  const folder = folderWith({ 'some.txt': '# the first\nweb1\n\n  web2  \n', 'empty.txt': '\n# none\n' })
  expect(limitPattern([], folder)).toBeUndefined()
  expect(limitPattern(['web', '!web1'], folder)).toBe('web,!web1')
  expect(await select(limitPattern(['@some.txt', 'bastion'], folder) ?? '')).toBe('bastion web1 web2')
  expect(() => limitPattern(['@empty.txt'], folder)).toThrow('--limit @empty.txt: the file names no host')
  expect(() => limitPattern(['@nope.txt'], folder)).toThrow(
    '--limit @nope.txt: the file cannot be read: there is no such file (ENOENT)',
  )
  writeFileSync(`${folder}/empty.txt`, 'all\n')
  expect(limitPattern([`@${folder}/empty.txt`], '/')).toBe('all')
})
