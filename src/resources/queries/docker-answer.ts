import type { Reply } from '../../index.ts'
import { CheckFailed } from '../../index.ts'

/** Throws a CheckFailed if docker(1) had anything to complain of but that there is no such thing. */
export function mustHaveAnswered({ code, stderr }: Reply): void {
  if (code === 127) {
    throw new CheckFailed('the host has no docker', {
      hint: "Put packages({ names: ['docker.io'] }), or Docker's own packages, before it.",
    })
  }
  const complaint = stderr.split('\n').find(line => line.trim() !== '' && !isAbsence(line))
  if (complaint === undefined) return
  throw new CheckFailed(`the Docker engine of this host does not answer: ${complaint.trim()}`, {
    hint: hintFor(complaint),
  })
}

/** The lines of an answer, each of which is one value as JSON. */
export function jsonLines(reply: Reply): readonly unknown[] {
  mustHaveAnswered(reply)
  return reply.stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as unknown)
}

/** `No such container: x`, `network x not found`, `get x: no such volume`; warnings of the program itself. */
const isAbsence = (line: string): boolean =>
  /no such (?:container|volume|network|object)|network .* not found|^warning/i.test(line)

function hintFor(complaint: string): string | undefined {
  if (/permission denied/i.test(complaint)) return 'Set become: true on the task, the play or the host.'
  if (/cannot connect|is the docker daemon running|no such file/i.test(complaint)) {
    return "Put service({ unit: 'docker' }) before it."
  }
  return undefined
}
