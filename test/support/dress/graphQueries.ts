/** The texts that the dressed Resource Graph answers. */
export const GRAPH_QUERIES = {
  vaults:
    "resources | where type =~ 'microsoft.recoveryservices/vaults' | project id, name, location, properties | order by id asc",
  machines:
    "resources | where type =~ 'microsoft.compute/virtualmachines' | project id, name, location, tags, properties | order by id asc",
  items:
    "recoveryservicesresources | where type =~ 'microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems' | project id, name, properties | order by id asc",
} as const;
