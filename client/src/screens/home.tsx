import { Header, SkipLink } from "../parts/page.tsx";

export function Home() {
  return (
    <>
      <SkipLink />
      <Header />
      <main id="main" class="wrap"><h1>Intermingle</h1></main>
    </>
  );
}
