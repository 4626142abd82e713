/** The endings of the names of disk images, without the dot. */
export const IMAGE_EXTENSIONS = ['img', 'raw'] as const;

/** The name that a machine is suggested by the name of its disk image, without its ending. */
export function machineNameOf(imageName: string): string {
  return imageName.replaceAll(/[^a-zA-Z0-9_.-]+/g, '-');
}
