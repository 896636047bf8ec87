/** How much of it is looked at, in bytes, and told, in lines. */
const TAIL = 2048
const LINES = 5

// Terminal control sequences (ECMA-48 5.4); built, as a control character in a pattern looks like a slip.
const CONTROL_SEQUENCE = new RegExp(`${String.fromCharCode(27)}\\[[0-?]*[ -/]*[@-~]`, 'g')

/**
 * The last lines that a far program wrote, on one line, fit for a terminal: without control characters, which could
 * write over what the operator sees, and without bidirectional ones. Empty if it wrote nothing.
 */
export function lastWords(bytes: Uint8Array): string {
  const lines = Buffer.from(bytes.subarray(Math.max(0, bytes.length - TAIL)))
    .toString()
    .replaceAll(CONTROL_SEQUENCE, '')
    .split(/[\r\n]+/)
    .map(line => line.replaceAll(/[\p{Cc}\p{Cf}\uFFFD]+/gu, ' ').trim())
  return lines
    .filter(line => line !== '')
    .slice(-LINES)
    .join(' / ')
}
