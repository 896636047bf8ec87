import { z } from '../../index.ts'

/** The parameter for what stands inside the braces of a table of nft(8). What would reach beyond them is refused. */
export function tableContent(): z.ZodType<string, string> {
  return z.string().superRefine((content, context) => {
    const message = wrongContent(content)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
}

function wrongContent(content: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\0-\x08\x0b-\x1f]/.test(content)) return 'expected text without control characters'
  const bare = withoutTexts(content)
  if (bare === undefined) return 'a quote is never closed'
  if (/\binclude\b/.test(bare)) return 'include would bring in what is not compared: write it out'
  let depth = 0
  for (const [brace] of bare.matchAll(/[{}]/g)) {
    depth += brace === '{' ? 1 : -1
    if (depth < 0) return 'a brace closes the table itself: give only what is inside its braces'
  }
  return depth > 0 ? 'a brace is never closed' : undefined
}

/** Without remarks and what is in quotes, in which nft knows no escapes; undefined if a quote is open at the end. */
function withoutTexts(content: string): string | undefined {
  const bare = content.replaceAll(/"[^"]*"|#[^\n]*/g, ' ')
  return bare.includes('"') ? undefined : bare
}

/** Why a table cannot be ours as a whole; undefined if it can. */
export function whoseTable(family: string, table: string): string | undefined {
  if (/^ip6?$/.test(family) && /^(?:filter|nat|mangle|raw|security)$/.test(table)) {
    return 'that is where iptables has its rules: name one of your own'
  }
  return FOREIGN.test(table) ? 'it belongs to another program: name one of your own' : undefined
}

const FOREIGN = /^(?:firewalld|libvirt_network|docker-bridges|kube-proxy|f2b-table|netavark|cilium)/
