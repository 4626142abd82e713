/**
 * Everything that the product asks Azure Resource Graph. The texts never change with what is looked for: each answers for all
 * chosen subscriptions of a tenant at once, a page of 1,000 rows a request. Paging needs the id in every row.
 */
export const GRAPH_QUERIES = {
  vaults:
    "resources | where type =~ 'microsoft.recoveryservices/vaults' | project id, name, location, properties | order by id asc",
  machines:
    "resources | where type in~ ('microsoft.compute/virtualmachines', 'microsoft.classiccompute/virtualmachines') | project id, name, location, tags, properties | order by id asc",
  disks: "resources | where type =~ 'microsoft.compute/disks' | project id, name, properties | order by id asc",
  items:
    "recoveryservicesresources | where type =~ 'microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems' and properties.backupManagementType =~ 'AzureIaasVM' | project id, name, properties | order by id asc",
} as const;
