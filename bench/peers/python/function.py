def recursion(n):
    return n if n <= 1 else recursion(n - 1) + recursion(n - 2)


def minimal(event, context):
    return {"statusCode": 200, "body": "ok"}


def fibonacci(event, context):
    n = 35
    return {"statusCode": 200, "body": f"fibonacci({n})={recursion(n)}"}


def echo(event, context):
    return event
