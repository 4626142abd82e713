/** What a recovery point says about the storage its machine was on (SPEC §1.9). */
type SourceStorageType = 'NormalStorage' | 'PremiumVMOnPartialPremiumStorage';

/**
 * The word for a machine's disks by their SKUs. One premium disk is enough: the service answers so for machines whose
 * only disk is premium too.
 */
export function sourceStorageType(skus: readonly string[]): SourceStorageType {
  const premium = skus.some((sku) => /^(?:premium|ultra)/i.test(sku));
  return premium ? 'PremiumVMOnPartialPremiumStorage' : 'NormalStorage';
}
