//! AWS's services by moto, with TLS. boto3 checks what was written, and writes what is read.

mod dynalite;
mod dynamodb_api;
mod endpoints;
#[path = "../../../../tests/support/moto.rs"]
mod moto;
#[path = "../../../../tests/support/refusing.rs"]
mod refusing;
#[path = "../support/mod.rs"]
mod support;
mod turn;

use aws::dynamodb::{self, Write as TableWrite};
use aws::{Call, messages, s3, secrets, service};
use dynalite::Dynalite;
use events_json::Json;
use moto::Moto;

fn json(text: &str) -> Json {
    Json::parse(text).unwrap()
}

#[test]
fn services_agree_with_boto3() {
    let _turn = support::alone();
    let mut moto = turn::lock();
    support::with_an_hour(|| {
        tables(|operation, input| moto.boto3("dynamodb", operation, input));
        transactions();
        objects(&mut moto);
        queues_topics_and_events(&mut moto);
        queues_in_order(&mut moto);
        functions_and_state_machines(&mut moto);
        secrets_and_parameters(&mut moto);
        any_service(&mut moto);
        errors(&mut moto);
    });
}

#[test]
fn tables_agree_with_dynalite() {
    let _turn = support::alone();
    if let Some(_server) = Dynalite::start() {
        support::with_an_hour(|| tables(dynalite::call));
    }
}

/// Checks a table that `call` creates. `call` also checks what was written, and writes what is
/// read.
fn tables(mut call: impl FnMut(&str, &str) -> serde_json::Value) {
    call(
        "create_table",
        r#"{"TableName":"orders","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"customer","KeyType":"HASH"},{"AttributeName":"number","KeyType":"RANGE"}],
            "AttributeDefinitions":[{"AttributeName":"customer","AttributeType":"S"},{"AttributeName":"number","AttributeType":"N"}]}"#
            .replace('\n', " ")
            .as_str(),
    );
    let table = dynamodb::table("orders");
    let item =
        json(r#"{"customer":"ada","number":1,"name":"é \"x\"","list":[1.5,true,null,{"a":[]}],"large":123456789012345678901234567890}"#);
    table.put(&item).unwrap();
    let key = json(r#"{"customer":"ada","number":1}"#);
    assert_eq!(table.get(&key).unwrap().as_ref(), Some(&item));
    assert_eq!(table.get_consistent(&key).unwrap(), Some(item));
    assert_eq!(table.get(json(r#"{"customer":"ada","number":2}"#)).unwrap(), None);
    let seen = call("get_item", r#"{"TableName":"orders","Key":{"customer":{"S":"ada"},"number":{"N":"1"}}}"#);
    assert_eq!(seen["Item"]["name"]["S"], "é \"x\"");
    assert_eq!(seen["Item"]["list"]["L"][3]["M"]["a"]["L"], serde_json::json!([]));
    // A set.
    let written = r#"{"TableName":"orders","Item":{"customer":{"S":"bob"},"number":{"N":"7"},"tags":{"SS":["a","b"]},"zero":{"N":"0"}}}"#;
    call("put_item", written);
    let read = table.get(json(r#"{"customer":"bob","number":7}"#)).unwrap().unwrap();
    assert_eq!((read.at("/tags").unwrap().len(), read.integer("/zero").unwrap()), (2, 0));

    let updated =
        table.update(&key, "SET #name = :name, n = if_not_exists(n, :zero) + :one", json(r#"{"name":"new","zero":0,"one":1}"#)).unwrap();
    assert_eq!((updated.text("/name").unwrap(), updated.integer("/n").unwrap()), ("new", 1));
    let refused = table.update_if(&key, "SET n = :n", "n = :expected", json(r#"{"n":9,"expected":5}"#)).unwrap_err();
    assert!(refused.is("ConditionalCheckFailed"), "{refused}");
    assert_eq!(refused.error_type(), "Function.ConditionalCheckFailed");
    assert!(
        table
            .put_if(json(r#"{"customer":"ada","number":1}"#), "attribute_not_exists(customer)", Json::Null)
            .unwrap_err()
            .is("ConditionalCheckFailed")
    );
    table.put_if(json(r#"{"customer":"ada","number":2}"#), "attribute_not_exists(customer)", Json::Null).unwrap();

    let many: Vec<Json> = (0..60).map(|number| Json::object().put("customer", "many").put("number", number)).collect();
    table.put_all(&many).unwrap();
    let page = table.query("customer = :c", json(r#"{"c":"many"}"#)).limit(25).page().unwrap();
    assert_eq!((page.items.len(), page.next.is_some()), (25, true));
    let all = table.query("customer = :c", json(r#"{"c":"many"}"#)).limit(25).descending().all(1000).unwrap();
    assert_eq!(all.iter().map(|item| item.integer("/number").unwrap()).collect::<Vec<_>>(), (0..60).rev().collect::<Vec<_>>());
    let filtered = table.query("customer = :c", json(r#"{"c":"ada"}"#)).filter("#name = :name").values(json(r#"{"name":"new"}"#));
    assert_eq!(filtered.page().unwrap().items.len(), 1);
    let some = table.query("customer = :c AND #number BETWEEN :a AND :b", json(r#"{"c":"many","a":10,"b":12}"#)).all(2).unwrap();
    assert_eq!(some.len(), 2);
    assert_eq!(table.scan().all(1000).unwrap().len(), 63);
    let keys: Vec<Json> = (55..65).map(|number| Json::object().put("customer", "many").put("number", number)).collect();
    assert_eq!(table.get_all(&keys).unwrap().len(), 5);
    table.delete_all(&many).unwrap();
    assert_eq!(table.query("customer = :c", json(r#"{"c":"many"}"#)).page().unwrap().items.len(), 0);

    table.put(json(r#"{"customer":"t","number":1}"#)).unwrap();
    table.put(json(r#"{"customer":"t","number":2}"#)).unwrap();
    assert_eq!(table.delete(&key).unwrap().unwrap().text("/name").unwrap(), "new");
    assert_eq!(table.delete(&key).unwrap(), None);

    // Ten calls concurrently.
    let calls: Vec<Call> = (1..=10)
        .map(|number| {
            let key = json(&format!(r#"{{"TableName":"orders","Key":{{"customer":{{"S":"t"}},"number":{{"N":"{number}"}}}}}}"#));
            Call::new(&service::DYNAMODB, "GetItem", &key)
        })
        .collect();
    let found: Vec<bool> = aws::join(&calls).into_iter().map(|reply| reply.unwrap().has("/Item")).collect();
    assert_eq!(found, [true, true, false, false, false, false, false, false, false, false]);
}

/// dynalite has no transactions.
fn transactions() {
    let table = dynamodb::table("orders");
    let write = |number: i32, condition: &str| {
        TableWrite::put_if(&table, Json::object().put("customer", "x").put("number", number), condition, Json::Null)
    };
    dynamodb::transact(vec![write(1, ""), write(2, "attribute_not_exists(customer)")]).unwrap();
    let cancelled = dynamodb::transact(vec![write(3, ""), write(1, "attribute_not_exists(customer)")]).unwrap_err();
    assert!(cancelled.is("TransactionCanceled") && cancelled.message().contains("ConditionalCheckFailed"), "{cancelled}");
    assert_eq!(table.get(json(r#"{"customer":"x","number":3}"#)).unwrap(), None);
}

fn objects(moto: &mut Moto) {
    moto.boto3("s3", "create_bucket", r#"{"Bucket":"files","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}"#);
    let bucket = s3::bucket("files");
    let key = "a folder/ümlaut+plus&=?.txt";
    bucket.put_as(key, "0123456789", "text/plain").unwrap();
    assert_eq!(bucket.get_text(key).unwrap(), "0123456789");
    assert_eq!(bucket.get_range(key, 2, 4).unwrap(), b"234");
    let head = bucket.head(key).unwrap().unwrap();
    assert_eq!((head.header("content-type"), head.header("content-length")), (Some("text/plain"), Some("10")));
    assert!(bucket.head("absent").unwrap().is_none());
    let seen = moto.boto3("s3", "get_object", r#"{"Bucket":"files","Key":"a folder/ümlaut+plus&=?.txt"}"#);
    assert_eq!(seen["Body"], "0123456789");
    moto.boto3("s3", "put_object", r#"{"Bucket":"files","Key":"b","Body":"by boto3"}"#);
    assert_eq!(bucket.get("b").unwrap(), b"by boto3");
    let large = vec![7; 3 << 20];
    bucket.put("large", &large).unwrap();
    assert!(bucket.get("large").unwrap() == large);
    let large = vec![8; 3 << 20];
    let mut parts = large.chunks(10_000);
    let mut read = |buffer: &mut [u8]| {
        let part = parts.next().unwrap_or_default();
        buffer[..part.len()].copy_from_slice(part);
        Some(part.len())
    };
    bucket.put_from("large", large.len() as u64, &mut read).unwrap();
    assert!(bucket.get("large").unwrap() == large);
    assert_eq!(bucket.put_from("large", 1, &mut |_| None).unwrap_err().error_type(), "Function.InvalidRequest");
    let page = bucket.list("", None).unwrap();
    assert_eq!(page.objects.iter().map(|object| object.text("/Key").unwrap()).collect::<Vec<_>>(), [key, "b", "large"]);
    assert_eq!(bucket.list("b", None).unwrap().objects[0].text("/Size").unwrap(), "8");
    assert!(bucket.list("none", None).unwrap().objects.is_empty());
    let url = bucket.presigned_get(key, 60).unwrap();
    let reply = outbound::Request::with_opener("GET", &url, Some(outbound::tls::amazon)).send().unwrap();
    assert_eq!(reply.text(), "0123456789");
    assert!(bucket.presigned_put("x", 0).is_err());
    bucket.delete(key).unwrap();
    let error = bucket.get(key).unwrap_err();
    assert_eq!((error.code(), error.status(), error.error_type()), ("NoSuchKey", 404, "Function.NoSuchKey"));
    assert_eq!(s3::bucket("absent").get("x").unwrap_err().code(), "NoSuchBucket");
}

fn queues_topics_and_events(moto: &mut Moto) {
    let url = moto.boto3("sqs", "create_queue", r#"{"QueueName":"queue"}"#)["QueueUrl"].as_str().unwrap().to_owned();
    let id = messages::send_to_queue(&url, "a <message> & more").unwrap();
    let received = moto.boto3("sqs", "receive_message", &format!(r#"{{"QueueUrl":"{url}"}}"#));
    assert_eq!(received["Messages"][0]["MessageId"], id);
    assert_eq!(received["Messages"][0]["Body"], "a <message> & more");
    assert_eq!(messages::send_to_queue(format!("{url}-absent"), "x").unwrap_err().code(), "QueueDoesNotExist");

    let topic = moto.boto3("sns", "create_topic", r#"{"Name":"topic"}"#)["TopicArn"].as_str().unwrap().to_owned();
    let arn = moto.boto3("sqs", "get_queue_attributes", &format!(r#"{{"QueueUrl":"{url}","AttributeNames":["QueueArn"]}}"#));
    let arn = arn["Attributes"]["QueueArn"].as_str().unwrap();
    moto.boto3("sns", "subscribe", &format!(r#"{{"TopicArn":"{topic}","Protocol":"sqs","Endpoint":"{arn}"}}"#));
    let id = messages::publish(&topic, "subject", "text & more").unwrap();
    let received = moto.boto3("sqs", "receive_message", &format!(r#"{{"QueueUrl":"{url}"}}"#));
    let body: serde_json::Value = serde_json::from_str(received["Messages"][0]["Body"].as_str().unwrap()).unwrap();
    assert_eq!(
        (body["MessageId"].as_str(), body["Message"].as_str(), body["Subject"].as_str()),
        (Some(id.as_str()), Some("text & more"), Some("subject"))
    );
    let error = messages::publish("arn:aws:sns:eu-west-1:123456789012:absent", "", "x").unwrap_err();
    assert_eq!((error.code(), error.status()), ("NotFound", 404));

    let id = messages::put_event("default", "test", "kind", json(r#"{"a":1}"#)).unwrap();
    assert!(!id.is_empty());
    let refused = messages::put_event("default", "", "kind", json("{}")).unwrap_err();
    assert!(!refused.code().is_empty(), "{refused}");
}

fn queues_in_order(moto: &mut Moto) {
    let queue = moto.boto3("sqs", "create_queue", r#"{"QueueName":"queue.fifo","Attributes":{"FifoQueue":"true"}}"#);
    let url = queue["QueueUrl"].as_str().unwrap().to_owned();
    let ids: Vec<String> = [("first", "1"), ("first", "1"), ("second", "2")]
        .map(|(text, deduplication_id)| messages::send_to_fifo(&url, text, "group", deduplication_id).unwrap())
        .into();
    assert_ne!(ids[0], ids[2]);
    let received = moto.boto3("sqs", "receive_message", &format!(r#"{{"QueueUrl":"{url}","MaxNumberOfMessages":10}}"#));
    let bodies: Vec<&str> = received["Messages"].as_array().unwrap().iter().map(|message| message["Body"].as_str().unwrap()).collect();
    assert_eq!(bodies, ["first", "second"]);
}

fn functions_and_state_machines(moto: &mut Moto) {
    let trust = r#"{"RoleName":"role","AssumeRolePolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"}"#;
    let role = moto.boto3("iam", "create_role", trust)["Role"]["Arn"].as_str().unwrap().to_owned();
    // The response of moto without Docker.
    let function =
        format!(r#"{{"FunctionName":"other","Role":"{role}","Runtime":"provided.al2023","Handler":"other","Code":{{"ZipFile":"x"}}}}"#);
    moto.boto3("lambda", "create_function", &function);
    let answer = messages::invoke("other", json(r#"{"a":1}"#)).unwrap();
    assert!(!answer.is_null());
    messages::invoke_later("other", Json::object()).unwrap();

    let machine = format!(
        r#"{{"name":"machine","roleArn":"{role}","definition":"{{\"StartAt\":\"a\",\"States\":{{\"a\":{{\"Type\":\"Succeed\"}}}}}}"}}"#
    );
    let machine = moto.boto3("stepfunctions", "create_state_machine", &machine)["stateMachineArn"].as_str().unwrap().to_owned();
    let execution = messages::start_execution(&machine, "once", json(r#"{"a":1}"#)).unwrap();
    assert!(execution.ends_with(":machine:once"), "{execution}");
    let seen = moto.boto3("stepfunctions", "describe_execution", &format!(r#"{{"executionArn":"{execution}"}}"#));
    assert_eq!(seen["input"], r#"{"a":1}"#);
    let refused = messages::start_execution(&machine, "once", json(r#"{"a":2}"#)).unwrap_err();
    assert!(refused.is("ExecutionAlreadyExists"), "{refused}");
}

fn secrets_and_parameters(moto: &mut Moto) {
    moto.boto3("secretsmanager", "create_secret", r#"{"Name":"token","SecretString":"s3cret"}"#);
    assert_eq!(secrets::secret("token").unwrap(), "s3cret");
    assert_eq!(secrets::secret("absent").unwrap_err().code(), "ResourceNotFoundException");
    moto.boto3("ssm", "put_parameter", r#"{"Name":"/a/b","Value":"value","Type":"SecureString"}"#);
    assert_eq!(secrets::parameter("/a/b").unwrap(), "value");
    assert_eq!(secrets::parameter("/absent").unwrap_err().code(), "ParameterNotFound");
}

fn any_service(moto: &mut Moto) {
    let identity = aws::call("sts", "GetCallerIdentity", &Json::Null).unwrap();
    assert_eq!(identity.text("/Account").unwrap(), "123456789012");
    let key = moto.boto3("kms", "create_key", "{}")["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    let encrypted = aws::call("kms", "Encrypt", &Json::object().put("KeyId", key.as_str()).put("Plaintext", "aGVsbG8=")).unwrap();
    let decrypted = aws::call("kms", "Decrypt", &Json::object().put("CiphertextBlob", encrypted.text("/CiphertextBlob").unwrap())).unwrap();
    assert_eq!(decrypted.text("/Plaintext").unwrap(), "aGVsbG8=");
    let groups = aws::rest("scheduler", "GET", "/schedule-groups?MaxResults=5", &Json::Null).unwrap();
    assert_eq!(groups.text("/ScheduleGroups/0/Name").unwrap(), "default");
    assert_eq!(aws::call("nothing", "Do", &Json::Null).unwrap_err().error_type(), "Function.UnknownService");
    assert_eq!(aws::call("s3", "GetObject", &Json::Null).unwrap_err().error_type(), "Function.InvalidRequest");
}

fn errors(moto: &mut Moto) {
    let error = dynamodb::table("absent").get(json(r#"{"id":"x"}"#)).unwrap_err();
    assert_eq!(error.error_type(), "Function.ResourceNotFound");
    assert!(error.message().starts_with("dynamodb GetItem: ResourceNotFoundException: ") && !error.request_id().is_empty(), "{error}");
    assert_eq!(dynamodb::table("orders").put(Json::from(1)).unwrap_err().error_type(), "Function.InvalidRequest");
    let too_large = json(r#"{"customer":"x","number":1}"#).put("text", "x".repeat(401 << 10));
    assert_eq!(dynamodb::table("orders").put(too_large).unwrap_err().code(), "ValidationException");

    let url = moto.url.clone();
    support::set_environment(&[("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", &url)]);
    assert_eq!(secrets::secret("token").unwrap_err().error_type(), "Function.NoCredentials");
    let keys = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "hidden")];
    support::set_environment(&keys);
    assert_eq!(secrets::secret("token").unwrap_err().error_type(), "Function.NoRegion");
    support::set_environment(&[keys[0], keys[1], ("AWS_REGION", "Frankfurt")]);
    let error = secrets::secret("token").unwrap_err();
    assert_eq!(error.to_string(), "Function.NoRegion: AWS_REGION=Frankfurt: expected a region such as eu-west-1");
    // A host that no name server knows, as that of a region that does not exist.
    support::set_environment(&[keys[0], keys[1], ("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", "http://eu..nowhere")]);
    let error = secrets::secret("token").unwrap_err();
    assert_eq!(error.error_type(), "Function.DnsFailed");
    assert!(error.message().contains("; check AWS_REGION, and AWS_ENDPOINT_URL if it is set"), "{error}");
    assert!(!error.to_string().contains("hidden"), "{error}");
}
