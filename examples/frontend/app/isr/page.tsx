import { revalidatePath } from "next/cache";

/** Incremental static regeneration, in seconds: made by the build, and anew by each pod for itself once it is older. */
export const revalidate = 3600;

export default function Page() {
  /** On demand: reaches the pod that is asked, and no other. */
  async function refresh() {
    "use server";
    revalidatePath("/isr");
  }

  return (
    <main>
      <p id="made-at">{new Date().toISOString()}</p>
      <form action={refresh}>
        <button type="submit">Refresh</button>
      </form>
    </main>
  );
}
