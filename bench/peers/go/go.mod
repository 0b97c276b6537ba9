module peer

go 1.18

require github.com/aws/aws-lambda-go v1.51.1
