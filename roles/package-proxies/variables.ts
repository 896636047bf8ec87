import { z } from 'rampart'

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

const host = () =>
  z
    .string()
    .regex(
      /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
      "expected a host's name in small letters, such as 'archive.ubuntu.com'",
    )

/** The distributions' own, and what DGX OS adds. The vendors' repositories get theirs from the roles that bring them. */
const MIRRORS: readonly string[] = [
  'archive.ubuntu.com',
  'security.ubuntu.com',
  'ports.ubuntu.com',
  'deb.debian.org',
  'security.debian.org',
  'repo.download.nvidia.com',
  'developer.download.nvidia.com',
]

export const variables = z
  .object({
    proxy_url: z
      .string()
      .regex(
        /^https?:\/\/[A-Za-z0-9.[\]:-]+\/?$/,
        "expected an address without a password, such as 'http://10.20.0.1:8888'",
      )
      .refine(
        url => URL.canParse(url) && !LOOPBACK.test(new URL(url).hostname),
        "expected the proxy's address as the nodes see it, not their own loopback",
      )
      .describe("the bastion's proxy, as the nodes see it; many users read it, so it takes no password"),
    hosts: z
      .array(host())
      .default([...MIRRORS])
      .describe('where apt goes through it; everywhere else it goes as before'),
    extra_hosts: z.array(host()).default([]).describe("and these: one's own mirror"),
    direct_hosts: z
      .array(host())
      .default([])
      .describe('where apt goes directly, whatever proxy is set for all hosts: a mirror in the same network'),
    yum_repos: z
      .array(z.string().regex(/^[A-Za-z0-9._:-]+$/, "expected a repository's id, such as 'baseos'"))
      .default([])
      .describe('ids of repositories of the host that dnf goes to through it'),
  })
  .superRefine(({ hosts, extra_hosts, direct_hosts }, context) => {
    const both = direct_hosts.find(one => hosts.includes(one) || extra_hosts.includes(one))
    if (both !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['direct_hosts'],
        message: `${both} is to go through the proxy, too`,
      })
  })

export type Variables = Readonly<z.output<typeof variables>>
