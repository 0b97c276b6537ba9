function recursion(n) {
  return n <= 1 ? n : recursion(n - 1) + recursion(n - 2);
}

export async function minimal() {
  return { statusCode: 200, body: "ok" };
}

export async function fibonacci() {
  const n = 35;
  return { statusCode: 200, body: `fibonacci(${n})=${recursion(n)}` };
}

export async function echo(event) {
  return event;
}
