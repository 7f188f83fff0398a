import type { Metadata } from "next";
import type { ReactNode } from "react";

export const metadata: Metadata = { title: "MMRV" };

/** No font and no script from elsewhere: a build needs the npm registry and nothing else. */
export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
