import { BlockList, isIP } from 'node:net'

/** An address, or a network as `address/bits`. */
export function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  if (bits === undefined) return true
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
}

/** Whether a network is most of the internet: nobody's own. The shortest that anybody owns is a /8, or a /16 of IPv6. */
export function isEverybody(value: string): boolean {
  const [address = '', bits] = value.split('/')
  return bits !== undefined && Number(bits) < (isIP(address) === 4 ? 8 : 7)
}

const tailnet = new BlockList()
tailnet.addSubnet('100.64.0.0', 10)
tailnet.addSubnet('fd7a:115c:a1e0::', 48, 'ipv6')

/** Whether an address is there only while Tailscale runs. */
export function isTailnet(address: string): boolean {
  return tailnet.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}
