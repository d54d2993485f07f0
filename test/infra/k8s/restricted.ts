import type { Container, Pod } from './manifests.ts';

/** What the policy `restricted` of https://kubernetes.io/docs/concepts/security/pod-security-standards/ has against a pod. */
export function faultsOf(pod: Pod): string[] {
  const { securityContext = {}, volumes = [] } = pod;
  const faults: string[] = [];
  if (pod.hostNetwork === true || pod.hostPID === true) faults.push('shares a namespace of the host');
  if (securityContext.runAsNonRoot !== true) faults.push('may run as root');
  if (securityContext.runAsUser === 0) faults.push('runs as root');
  if (securityContext.seccompProfile?.type !== 'RuntimeDefault') faults.push('has no seccomp profile');
  if (volumes.some((volume) => volume.hostPath !== undefined)) faults.push('mounts a path of the host');
  return [...faults, ...[...pod.containers, ...(pod.initContainers ?? [])].flatMap(containerFaults)];
}

function containerFaults({ name, securityContext = {} }: Container): string[] {
  const { allowPrivilegeEscalation, privileged, capabilities = {} } = securityContext;
  const faults: string[] = [];
  if (allowPrivilegeEscalation !== false) faults.push('may gain rights');
  if (privileged === true) faults.push('is privileged');
  if (capabilities.drop?.includes('ALL') !== true) faults.push('keeps capabilities');
  if (capabilities.add?.some((capability) => capability !== 'NET_BIND_SERVICE') === true)
    faults.push('adds capabilities');
  return faults.map((fault) => `${name} ${fault}`);
}
