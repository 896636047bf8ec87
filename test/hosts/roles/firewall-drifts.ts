/** What is done by hand, on which hosts at once, and whose task then says so. */
export interface Round {
  readonly scripts: Readonly<Record<'bastion' | 'dgx01' | 'dgx02', string>>
  readonly found: readonly string[]
}

const FIREWALL = ['bastion firewall', 'dgx01 firewall', 'dgx02 firewall']

export const ROUNDS: readonly Round[] = [
  {
    scripts: {
      // A hole in our chain, a jump that is gone, and Docker's RETURN before ours (B1).
      bastion: `iptables -t mangle -I RAMPART-PRE 1 -p tcp --dport 8443 -j RETURN
ip6tables -D INPUT -j RAMPART-IN
iptables -D DOCKER-USER -j RAMPART-FWD; iptables -A DOCKER-USER -j RAMPART-FWD`,
      // The same rules in another order.
      dgx01: 'iptables -D RAMPART-IN -i lo -j RETURN; iptables -I RAMPART-IN 3 -i lo -j RETURN',
      dgx02: 'ip6tables -F RAMPART-IN; ip6tables -t mangle -F RAMPART-PRE',
    },
    found: [...FIREWALL, "bastion firewall of Docker's networks"].sort(),
  },
  {
    scripts: {
      // By which no packet would come to ours.
      bastion:
        'iptables -t mangle -I PREROUTING 1 -p tcp --dport 8081 -j ACCEPT; echo "# mine" >>/etc/rampart/firewall.v4',
      dgx01: 'iptables -A INPUT -j RAMPART-IN; iptables -t mangle -A RAMPART-PRE -j ACCEPT',
      dgx02: 'systemctl stop rampart-firewall; systemctl disable -q rampart-firewall',
    },
    found: [...FIREWALL, 'bastion firewall of v4 at boot', 'dgx02 service rampart-firewall'].sort(),
  },
]
