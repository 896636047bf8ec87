import { isIP } from 'node:net'

/** A network as tailscaled writes it (netip.Prefix), or what is wrong with it. */
export function routeOf(text: string): { readonly text: string; readonly error?: string } {
  const [address = '', bits = '', ...rest] = text.split('/')
  const family = isIP(address)
  const size = family === 6 ? 128 : 32
  const isNetwork = family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= size
  if (!isNetwork) return { text, error: "expected a network, such as '10.20.0.0/24'" }
  if (Number(bits) === 0)
    return { text, error: 'the whole internet is an exit node: tailscale set --advertise-exit-node' }
  const own = numberOf(address, family) & ((1n << BigInt(size - Number(bits))) - 1n)
  if (own !== 0n) return { text, error: `${address} is a host in that network, not its first address` }
  return { text: `${canonical(address, family)}/${Number(bits)}` }
}

function canonical(address: string, family: number): string {
  return family === 6 ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address
}

function numberOf(address: string, family: number): bigint {
  if (family === 4) return address.split('.').reduce((all, part) => all * 256n + BigInt(part), 0n)
  const [head = '', tail = ''] = canonical(address, 6).split('::')
  const parts = (text: string): readonly string[] => (text === '' ? [] : text.split(':'))
  const [front, back] = [parts(head), parts(tail)]
  const all = [...front, ...Array<string>(8 - front.length - back.length).fill('0'), ...back]
  return all.reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n)
}
