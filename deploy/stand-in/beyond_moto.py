"""The state of a function that Lambda keeps and moto does not: parts of its configuration, URLs, and policies of functions and aliases.

It refuses what Lambda refuses, as far as AWS documents it: log levels without JSON, time limits above 900 seconds, SnapStart of archives, roles that
may not do what a network or a dead-letter queue needs.
"""

import copy
import json
import re
import uuid

from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from werkzeug.wrappers import Response

FIELDS = ["CapacityProviderConfig", "DeadLetterConfig", "EphemeralStorage", "LoggingConfig", "SnapStart", "TenancyConfig", "TracingConfig"]
DEFAULTS = {"LoggingConfig": {"LogFormat": "Text"}, "EphemeralStorage": {"Size": 512}, "TracingConfig": {"Mode": "PassThrough"}}
URL = re.compile(r"^/2021-10-31/functions/([^/]+)/url$")
POLICY = re.compile(r"^/2015-03-31/functions/([^/]+)/policy(?:/([^/]+))?$")
TIMEOUT_MAX = {False: 900, True: 5400}


class BeyondMoto:
    def __init__(self):
        # The values of FIELDS, by name, and by name and version.
        self.configurations = {}
        # By name and alias, which is None for the function itself.
        self.urls, self.policies = {}, {}

    def forget(self, name):
        for kept in (self.configurations, self.urls, self.policies):
            for key in [key for key in kept if key == name or key[0] == name]:
                del kept[key]

    def publish(self, name, version):
        self.configurations.setdefault((name, version), copy.deepcopy(self.configurations.get(name, {})))

    def shown(self, name, configuration):
        """Returns moto's answer with the fields that it omits."""
        version = configuration.get("Version", "$LATEST")
        kept = self.configurations.get(name if version == "$LATEST" else (name, version), {})
        configuration.update(copy.deepcopy(kept))
        return configuration

    def change(self, name, body, role):
        """Stores the configuration of a created or changed function. Returns the error if Lambda would refuse it."""
        before = {} if "Code" in body else self.configurations.get(name, {})
        requested = {**DEFAULTS, **before, **{field: body[field] for field in FIELDS if body.get(field)}}
        if refused := refusal(requested, body, role):
            return refused
        if requested.get("DeadLetterConfig", {}).get("TargetArn") == "":
            del requested["DeadLetterConfig"]
        self.configurations[name] = requested
        return None

    def answer(self, request, body):
        """Answers calls about URLs and policies; None for others."""
        alias = request.args.get("Qualifier")
        if match := URL.match(request.path):
            return self.url(request.method, (match.group(1), alias), json.loads(body or b"{}"))
        if match := POLICY.match(request.path):
            return self.policy(request.method, (match.group(1), alias), match.group(2), json.loads(body or b"{}"))
        return None

    def url(self, method, key, body):
        exists = key in self.urls
        if method == "POST" and exists:
            return refuse(409, "ResourceConflictException", "The function already has a URL.")
        if method != "POST" and not exists:
            return refuse(404, "ResourceNotFoundException", "The function has no URL.")
        if method == "DELETE":
            del self.urls[key]
            return Response(status=204)
        if method == "POST":
            name = ":".join(part for part in key if part)
            arn = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:{name}"
            self.urls[key] = {"FunctionUrl": f"https://{uuid.uuid4().hex}.lambda-url.eu-central-1.on.aws/", "FunctionArn": arn, "InvokeMode": "BUFFERED"}
        if method in ("POST", "PUT"):
            self.urls[key].update({field: body[field] for field in ("AuthType", "InvokeMode") if field in body})
            if "Cors" in body:
                self.urls[key].pop("Cors", None)
                self.urls[key].update({"Cors": body["Cors"]} if body["Cors"] else {})
        return reply(self.urls[key], 201 if method == "POST" else 200)

    def policy(self, method, key, sid, body):
        statements = self.policies.setdefault(key, {})
        if method == "POST":
            if body["StatementId"] in statements:
                return refuse(409, "ResourceConflictException", "The statement id provided already exists.")
            statements[body["StatementId"]] = statement(body)
            return reply({"Statement": json.dumps(statements[body["StatementId"]])}, 201)
        if not statements or (method == "DELETE" and sid not in statements):
            return refuse(404, "ResourceNotFoundException", "No policy is associated with the given resource.")
        if method == "DELETE":
            del statements[sid]
            return Response(status=204)
        policy = {"Version": "2012-10-17", "Id": "default", "Statement": list(statements.values())}
        return reply({"Policy": json.dumps(policy), "RevisionId": str(uuid.uuid4())}, 200)

    def may_call_url(self, name, alias):
        """Returns whether the URL is public: its auth type is NONE, and the policy allows both actions."""
        url = self.urls.get((name, alias), {})
        allowed = {(one["Action"], json.dumps(one.get("Condition"))) for one in self.policies.get((name, alias), {}).values() if one["Principal"] == "*"}
        requested = {
            ("lambda:InvokeFunctionUrl", json.dumps({"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}})),
            ("lambda:InvokeFunction", json.dumps({"Bool": {"lambda:InvokedViaFunctionUrl": "true"}})),
        }
        return url.get("AuthType") == "NONE" and requested <= allowed


def statement(body):
    """Returns the statement as Lambda writes it into the policy."""
    made = {"Sid": body["StatementId"], "Effect": "Allow", "Principal": body["Principal"], "Action": body["Action"]}
    if "FunctionUrlAuthType" in body:
        made["Condition"] = {"StringEquals": {"lambda:FunctionUrlAuthType": body["FunctionUrlAuthType"]}}
    if body.get("InvokedViaFunctionUrl"):
        made["Condition"] = {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
    return made


def refusal(requested, body, role):
    logging = requested["LoggingConfig"]
    if logging["LogFormat"] == "Text" and ("ApplicationLogLevel" in logging or "SystemLogLevel" in logging):
        return "Log levels are not supported with the log format Text."
    limit = TIMEOUT_MAX["CapacityProviderConfig" in requested]
    if body.get("Timeout", 1) > limit:
        return f"1 validation error detected: Value '{body['Timeout']}' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to {limit}"
    if requested.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions":
        if requested["EphemeralStorage"]["Size"] > 512:
            return "SnapStart does not support ephemeral storage above 512 MB."
        if "ZipFile" in body.get("Code", {}):
            return "provided.al2023 is not supported for SnapStart enabled functions."
    actions = actions_of(role or body.get("Role"))
    if actions is not None and body.get("VpcConfig", {}).get("SubnetIds") and "ec2:CreateNetworkInterface" not in actions:
        return "The provided execution role does not have permissions to call CreateNetworkInterface on EC2"
    target = body.get("DeadLetterConfig", {}).get("TargetArn", "")
    needs = {"sqs": "sqs:SendMessage", "sns": "sns:Publish"}.get(target.split(":")[2] if target else "")
    if actions is not None and needs and needs not in actions:
        return f"The provided execution role does not have permissions to call {needs}"
    return None


def actions_of(role):
    """Returns the actions that the role's inline policies allow; None if moto does not know the role."""
    for known in get_backend("iam")[ACCOUNT]["aws"].roles.values():
        if known.arn == role:
            documents = [json.loads(policy) for policy in known.policies.values()]
            return {action for document in documents for one in document["Statement"] for action in one["Action"]}
    return None


def reply(value, status):
    return Response(json.dumps(value), status, content_type="application/json")


def refuse(status, code, message):
    return Response(json.dumps({"Type": "User", "Message": message}), status, {"X-Amzn-ErrorType": code}, content_type="application/json")
