import type { Query } from '../../index.ts'
import { read } from '../../index.ts'
import { jsonLines } from './docker-answer.ts'
import { chunks, wordsQuery } from './words.ts'

/** What the engine says of a network. */
export interface DockerNetwork {
  readonly name: string
  readonly driver: string
  readonly internal: boolean
  readonly ipv6: boolean
  readonly options: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly subnets: readonly { readonly subnet: string; readonly gateway: string | undefined }[]
  /** The names of the containers that are connected and run. */
  readonly containers: readonly string[]
}

const FORMAT = `{"name":{{json .Name}},"driver":{{json .Driver}},"internal":{{.Internal}},"ipv6":{{.EnableIPv6}},\
"options":{{json .Options}},"labels":{{json .Labels}},"ipam":{{json .IPAM.Config}},"containers":{{json .Containers}}}`

/** One `docker network inspect` for any number of networks, by their names; null where there is none. */
export const dockerNetworkOf: Query<string, DockerNetwork | null> = wordsQuery<DockerNetwork | null>({
  name: 'docker networks',
  command: names =>
    read`${chunks(names).map(chunk => read`docker network inspect --format ${FORMAT} -- ${chunk} || [ $? -ne 127 ] || exit 127\n`)}`,
  parse(reply, names) {
    const all = (jsonLines(reply) as readonly Found[]).map(networkFrom)
    const found = new Map(all.map(network => [network.name, network]))
    return names.map(name => found.get(name) ?? null)
  },
})

interface Found extends Pick<DockerNetwork, 'name' | 'driver' | 'internal' | 'ipv6'> {
  readonly options: Readonly<Record<string, string>> | null
  readonly labels: Readonly<Record<string, string>> | null
  readonly ipam: readonly { readonly Subnet: string; readonly Gateway?: string }[] | null
  readonly containers: Readonly<Record<string, { readonly Name: string }>> | null
}

function networkFrom({ options, labels, ipam, containers, ...rest }: Found): DockerNetwork {
  return {
    ...rest,
    options: options ?? {},
    labels: labels ?? {},
    subnets: (ipam ?? []).map(({ Subnet, Gateway }) => ({ subnet: Subnet, gateway: Gateway })),
    containers: Object.values(containers ?? {}).map(({ Name }) => Name),
  }
}
