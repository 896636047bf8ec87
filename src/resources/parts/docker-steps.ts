import type { Command, Secret } from '../../index.ts'
import { read, run } from '../../index.ts'

/** How a container is brought about. */
export interface ContainerMaking {
  readonly name: string
  /** Of `docker create`, after its name. */
  readonly words: readonly string[]
  /** To connect to beside that in which it is made. */
  readonly networks: readonly string[]
  readonly pull: string
  readonly stdin: Secret | undefined
  /** What is there under its name: nothing, or something that runs or does not. */
  readonly there: 'nothing' | 'running' | 'stopped'
  /** Whether it is to run, and to be well before it is done. */
  readonly start: boolean
  readonly wait: boolean
  /** Seconds to become well. */
  readonly timeout: number
}

/** Seconds that pulling its image may take besides. */
const PULLING = 1800

/**
 * Makes a container, in the place of the one that is there if there is one. That one is stopped only when the new one
 * could be made, and runs again if the new one does not; then the last lines of the new one's output are told.
 */
export function making(container: ContainerMaking): Command {
  const { name, words, networks, pull, stdin, there, start, wait, timeout } = container
  const [candidate, old] = [`${name}.rampart-new`, `${name}.rampart-old`]
  const connects = networks.map(network => read`docker network connect ${network} ${candidate} &&\n`)
  const aside =
    there === 'nothing'
      ? read`:`
      : read`{ docker container rm -f ${old} >/dev/null 2>&1; docker container stop ${name} >/dev/null && docker container rename ${name} ${old}; }`
  const back =
    there === 'nothing'
      ? read`:`
      : read`docker container rename ${old} ${name} && ${there === 'running' ? read`docker container start ${name} >/dev/null &&\n` : read``}echo 'The one that was there is back.' >&2`
  const started = start
    ? read` && docker container start ${name} >/dev/null${wait ? read` && ${well(name, timeout)}` : read``}`
    : read``
  const removed = there === 'nothing' ? read`:` : read`docker container rm -f ${old} >/dev/null`
  return run({
    timeout: timeout + PULLING,
    unit: true,
    ...(stdin === undefined ? {} : { stdin }),
  })`container=${name}
docker container rm -f ${candidate} >/dev/null 2>&1
docker container create --pull ${pull} --name ${candidate} ${words} >/dev/null &&
${connects}${aside} || { docker container rm -f ${candidate} >/dev/null 2>&1; exit 1; }
if docker container rename ${candidate} ${name}${started}; then ${removed}
else docker container logs --tail 20 ${name} >&2
docker container rm -f ${name} >/dev/null 2>&1 || docker container rm -f ${candidate} >/dev/null 2>&1
${back}
exit 1
fi`
}

/** Starts or restarts a container and waits until it is well; if it does not become so, the last lines of its output are told. */
export function starting(
  verb: 'start' | 'restart' | 'unpause',
  { name, wait, timeout }: Pick<ContainerMaking, 'name' | 'wait' | 'timeout'>,
): Command {
  const waited = wait ? read` && ${well(name, timeout)}` : read``
  return run({ timeout: timeout + 120 })`container=${name}
docker container ${verb} ${name} >/dev/null${waited} || { docker container logs --tail 20 ${name} >&2; exit 1; }`
}

/** Until it runs and its health test says that it is well; without a test it is to run in two looks, a second apart. */
function well(name: string, timeout: number): Command<'read'> {
  return read`{ left=${timeout} was=
while :; do
sleep 1; left=$((left - 1))
is=$(docker container inspect --format ${'{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}} {{.RestartCount}}'} ${name}) || break
case $is in
'running healthy '*) was=ok; break ;;
'running none '*) if [ "$is" = "$was" ]; then was=ok; break; fi ;;
'running starting '* | 'restarting '*) ;;
*) break ;;
esac
was=$is
[ "$left" -gt 0 ] || break
done
[ "$was" = ok ] || { set -- $is; echo ${name} "is $1, $2" >&2; false; }; }`
}
