import { expect } from 'vitest'
import type { TestLab } from '../lab.ts'

/** Ports of all that the stack has anywhere, and the well-known ones. */
const PORTS = [
  ...Array.from({ length: 1024 }, (_, i) => i + 1),
  ...[2222, 2375, 2376, 3022, 3023, 3024, 3025, 3026, 3036, 3080, 3128, 4443, 5000, 5432, 6379],
  ...[8000, 8080, 8443, 8888, 9000, 9090, 9100, 10250, 41641],
]

/** Which of these ports of an address take connections, seen from a host of the lab. Silent ones count as closed after 2 s. */
export async function openPorts(lab: TestLab, from: string, address: string): Promise<readonly number[]> {
  // bash opens connections itself (/dev/tcp); so many at a time that silence is waited for once in a hundred ports.
  const knock = `for port in "$@"; do ( timeout 2 bash -c "exec 3<>/dev/tcp/${address}/$port" 2>/dev/null && echo $port ) & done; wait`
  const { code, stdout } = await lab.inside(
    from,
    `echo '${PORTS.join('\n')}' | xargs -n 150 sh -c '${knock}' sh; true`,
  )
  expect(code).toBe(0)
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(Number)
    .sort((a, b) => a - b)
}
