/** Every element of every page. */
export async function all<P, E>(pages: AsyncIterable<P>, of: (page: P) => readonly E[] | undefined): Promise<E[]> {
  const found: E[] = [];
  for await (const page of pages) found.push(...(of(page) ?? []));
  return found;
}
