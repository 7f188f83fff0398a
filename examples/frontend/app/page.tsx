import Image from "next/image";
import { redirect } from "next/navigation";
import { connection } from "next/server";
import { configuration } from "./configuration";

/** One page: configuration of this pod, an optimized image, a Server Action. */
export default async function Page({ searchParams }: { searchParams: Promise<{ greeting?: string }> }) {
  // The page is rendered once, at build, otherwise: with the configuration of the build machine.
  await connection();
  const { greeting } = await searchParams;
  const { backendUrl } = configuration();
  const renderedAt = new Date().toISOString();

  /** `renderedAt` travels through the browser, encrypted: only a build with the same key can read it. */
  async function greet(form: FormData) {
    "use server";
    const text = `${form.get("name")}, on a page of ${renderedAt}`;
    redirect(`/?greeting=${encodeURIComponent(text)}`);
  }

  return (
    <main>
      <Image src="/logo.png" alt="MMRV" width={64} height={64} />
      <p id="backend">Backend: {backendUrl}</p>
      {greeting && <p id="greeting">Hello {greeting}</p>}
      <form action={greet}>
        <input name="name" aria-label="Name" />
        <button type="submit">Greet</button>
      </form>
    </main>
  );
}
