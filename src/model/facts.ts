/** What a host said of itself when it was first reached. Fixed for a run: what a task can change is never a fact. */
export interface Facts {
  readonly hostname: string
  readonly os: {
    /** os-release(5) ID, such as `debian` or `ubuntu`. */
    readonly id: string
    readonly family: 'debian' | 'rhel' | 'alpine' | 'other'
    /** os-release(5) VERSION_ID, or empty. */
    readonly version: string
    /** os-release(5) VERSION_CODENAME, or empty. */
    readonly codename: string
  }
  /** uname -r */
  readonly kernel: string
  /** uname -m */
  readonly arch: string
  readonly init: 'systemd' | 'openrc' | 'other'
  /** What systemd-detect-virt(1) says, `none` on bare metal, or `unknown`. */
  readonly virtualization: string
  readonly cpus: number
  readonly memoryBytes: number
  readonly addresses: readonly {
    readonly interface: string
    readonly family: 4 | 6
    readonly address: string
  }[]
}
