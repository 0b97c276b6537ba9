# A function on provided.al2023, for Terraform and OpenTofu. From this folder, once `just package minimal` has made the archive:
#   terraform init && terraform apply

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.30"
    }
  }
}

variable "name" {
  description = "The function's name, which is its handler's too"
  type        = string
  default     = "minimal"
}

locals {
  archive = "${path.module}/../../dist/${var.name}.zip"
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "log" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.log.arn}:*"]
  }
}

resource "aws_cloudwatch_log_group" "log" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = 14
}

resource "aws_iam_role" "function" {
  name_prefix        = "${substr(var.name, 0, 36)}-"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "log" {
  name   = "log"
  role   = aws_iam_role.function.id
  policy = data.aws_iam_policy_document.log.json
}

resource "aws_lambda_function" "function" {
  function_name    = var.name
  filename         = local.archive
  source_code_hash = filebase64sha256(local.archive)
  handler          = var.name
  runtime          = "provided.al2023"
  architectures    = ["x86_64"]
  memory_size      = 128
  timeout          = 3
  role             = aws_iam_role.function.arn
  depends_on       = [aws_iam_role_policy.log]
}

output "arn" {
  value = aws_lambda_function.function.arn
}
