/** What a pod is told at run time. Never NEXT_PUBLIC_*: those are written into the files of the build, one cloud's for both. */
export function configuration(): { backendUrl: string | undefined } {
  return { backendUrl: process.env.BACKEND_URL };
}
