export default function Page() {
  return <h1>Harbour House</h1>
}
