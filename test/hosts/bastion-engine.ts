import type { TestLab } from './lab.ts'

/** What 1Panel runs OpenResty in, as the lab's world has it: nginx in the layout of OpenResty, by the vendor's name. */
const panelImage = '1panel/openresty:1.27.1.2-5-1-focal'

/** Where 1Panel keeps its websites, on the host. */
export const panelFolder = '/opt/1panel/www'

/** Installs Docker's own packages on the bastion of a lab with a world, unless they are there. A role does it better. */
async function bastionEngine(lab: TestLab): Promise<void> {
  await must(
    lab,
    `docker info >/dev/null 2>&1 && exit
install -d /etc/apt/keyrings
curl -fsS https://download.docker.com/linux/debian/gpg -o /etc/apt/keyrings/docker.asc
printf 'Types: deb\\nURIs: https://download.docker.com/linux/debian\\nSuites: trixie\\nComponents: stable\\nArchitectures: %s\\nSigned-By: /etc/apt/keyrings/docker.asc\\n' "$(dpkg --print-architecture)" >/etc/apt/sources.list.d/docker.sources
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install -y --no-install-recommends docker-ce docker-ce-cli containerd.io docker-compose-plugin >/dev/null`,
  )
}

/** Runs OpenResty on the bastion as 1Panel does, under the name that 1Panel gives it. Answers that name. */
export async function bastionPanel(lab: TestLab, name = '1Panel-openresty-k3Xq'): Promise<string> {
  await bastionEngine(lab)
  await must(
    lab,
    `mkdir -p ${panelFolder}/conf.d ${panelFolder}/sites
docker run --detach --name ${name} --network host --restart unless-stopped \\
  -v ${panelFolder}:/www -v ${panelFolder}/conf.d:/usr/local/openresty/nginx/conf/conf.d/ ${panelImage} >/dev/null`,
  )
  return name
}

async function must(lab: TestLab, script: string): Promise<void> {
  const { code, stdout, stderr } = await lab.inside('bastion', `set -eu\n${script}`)
  if (code !== 0) throw new Error(`the bastion's engine cannot be set up: ${stderr}${stdout}`)
}
