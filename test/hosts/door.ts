import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import type { TcpProxy } from '../support/tcp-proxy.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import type { TestLab } from './lab.ts'

/** A way into a lab that a test can break: every connection to its bastion goes through a proxy of this process. */
export interface Door {
  readonly proxy: TcpProxy
  /** An inventory with the lab's hosts, by this way. */
  readonly inventory: string
}

type Vars = Readonly<Record<string, unknown>>

/** Opens a door for the length of a test. `vars` are the inventory's variables for all hosts, such as `user`. */
export async function openDoor(lab: TestLab, vars: Vars = {}): Promise<Door> {
  const { all } = readInventory(lab)
  const proxy = await startTcpProxy(22, all.hosts.bastion.address)
  onTestFinished(() => proxy.close())
  const hosts = { ...all.hosts, bastion: { address: '127.0.0.1', port: proxy.port } }
  const inventory = await writeInventory({ ...all, vars: { ...all.vars, ...vars }, hosts })
  return { proxy, inventory }
}

interface All {
  readonly vars: Vars
  readonly hosts: Vars
  readonly children?: Vars
}

type Hosts<Name extends string> = Readonly<Record<Name, { readonly address: string }>>

/** What `lab up` wrote: each host's address, a node's as its bastion knows it. */
interface Written extends All {
  readonly hosts: Hosts<'bastion'>
  readonly children: { readonly dgx: { readonly hosts: Hosts<'dgx01' | 'dgx02'> } }
}

export function readInventory(lab: TestLab): { readonly all: Written } {
  return parse(readFileSync(lab.files.inventory, 'utf8'))
}

/** Writes an inventory, which is there until the tests of the file have ended. JSON is YAML. */
async function writeInventory(all: All): Promise<string> {
  folder ??= mkdtemp(join(tmpdir(), 'rampart-inventory-'))
  const path = join(await folder, `${++count}.yaml`)
  await writeFile(path, JSON.stringify({ all }))
  return path
}

let count = 0
let folder: Promise<string> | undefined
afterAll(async () => {
  if (folder) await rm(await folder, { recursive: true })
})

/** The path of a playbook of these tests. */
export const playbook = (name: string): string => join(import.meta.dirname, 'playbooks', `${name}.ts`)
