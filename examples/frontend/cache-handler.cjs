const { default: FileSystemCache } = require("next/dist/server/lib/incremental-cache/file-system-cache");

/**
 * Next.js' own cache of pages and fetches, without its writes: pods have a read-only root, and what it wrote beside the
 * server (pages) or into .next/cache (fetches, which nobody takes away again) would be one pod's alone anyway. It reads what
 * the build made, and keeps what is newer in memory, cacheMaxMemorySize at the most. A build writes as ever.
 *
 * experimental.isrFlushToDisk: false would do the same, and switch the cache of images off as well. CommonJS, because
 * Next.js loads it as it stands here.
 */
module.exports = class MemoryCache extends FileSystemCache {
  constructor(context) {
    const isBuild = process.env.NEXT_PHASE === "phase-production-build";
    super({ ...context, flushToDisk: context.flushToDisk && isBuild });
  }
};
