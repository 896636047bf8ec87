import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { read, run } from '../../src/index.ts'
import { ScratchHost } from '../support/scratch-host.ts'

// A host that does start anew is in test/hosts/reboot.test.ts.
const me = { user: '' }

test('a command that is to reboot and fails has failed', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const end = session.write([run({ reboot: true })`echo no >&2; exit 3`], me)
  await expect(end).rejects.toMatchObject({ name: 'StepFailed', message: 'echo no >&2; exit 3 exited 3: no' })
  await session.close()
})

test('a host that does not go down has not rebooted, though the line was lost and found', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const end = session.write([run({ reboot: true, timeout: 4 })`true`], me)
  end.catch(() => undefined)
  await sleep(300)
  host.cut()
  await expect(end).rejects.toMatchObject({
    ...{ name: 'ConnectionLost', underWay: true },
    message: expect.stringMatching(/^it was told to reboot, and has not come back within 4 s/),
  })
  await session.close()
})

test('what the going down kills first is not the end of it', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  // The shell that waits is gone as if a shutdown had got at it; the host stays, so that it is waited for in vain.
  const end = session.write([run({ reboot: true, timeout: 4 })`kill -TERM "$_pid"`], me)
  await expect(end).rejects.toMatchObject({ name: 'ConnectionLost', underWay: true })
  expect((await session.epoch.ask(read`echo still there`, '')).stdout).toBe('still there\n')
  await session.close()
})

test('a step after one that reboots is refused', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const steps = [run({ reboot: true })`true`, run`true`] as const
  await expect(session.write(steps, me)).rejects.toMatchObject({ name: 'PlaybookError' })
  await session.close()
})
